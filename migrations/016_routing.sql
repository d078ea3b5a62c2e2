-- Routing rules: who gets what comes in. First by priority, then by id; evaluated by a job after the commit.

create table public.routing_rules (
  id                 uuid primary key default gen_random_uuid(),
  name               text not null constraint routing_rules_name check (btrim(name) <> ''),
  conditions         jsonb not null default '[]' constraint routing_rules_conditions check (jsonb_typeof(conditions) in ('array', 'object')),
  assign_to          text not null default 'auto' constraint routing_rules_assign_to check (
                       assign_to = 'auto' or assign_to ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'),
  priority           integer not null default 100,
  enabled            boolean not null default true,
  entity             text not null default 'prospect' constraint routing_rules_entity check (entity in
                       ('prospect', 'handoff', 'appointment', 'live_conversation')),
  strategy           text not null default 'round_robin' constraint routing_rules_strategy check (strategy in
                       ('fixed_user', 'owner', 'round_robin', 'weighted', 'least_loaded', 'first_to_claim', 'queue')),
  targets            jsonb constraint routing_rules_targets check (jsonb_typeof(targets) in ('array', 'object')),
  respect_hours      boolean not null default false,
  respect_capacity   boolean not null default true,
  sticky_owner       boolean not null default true,
  fallback_rule_id   uuid constraint routing_rules_fallback_rule_id_fkey references public.routing_rules on delete set null,
  claim_timeout_s    integer constraint routing_rules_claim_timeout_s check (claim_timeout_s > 0),
  max_new_per_window integer constraint routing_rules_max_new_per_window check (max_new_per_window > 0),
  window_s           integer constraint routing_rules_window_s check (window_s > 0),
  valid_from         timestamptz,
  valid_to           timestamptz,
  hit_count          bigint not null default 0,
  team_id            uuid not null constraint routing_rules_team_id_fkey references public.teams,
  created_by         uuid constraint routing_rules_created_by_fkey references public.users on delete set null,
  version            integer not null default 1,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint routing_rules_valid check (valid_to > valid_from),
  constraint routing_rules_window check (num_nonnulls(max_new_per_window, window_s) in (0, 2)),
  constraint routing_rules_fallback_is_another check (fallback_rule_id <> id)
);
create index routing_rules_order_idx      on public.routing_rules (entity, priority, id) where enabled;
create index routing_rules_created_idx    on public.routing_rules (created_at desc, id);
create index routing_rules_team_idx       on public.routing_rules (team_id, priority, id);
create index routing_rules_fallback_idx   on public.routing_rules (fallback_rule_id) where fallback_rule_id is not null;
create index routing_rules_created_by_idx on public.routing_rules (created_by) where created_by is not null;

alter table public.handoff_packages add constraint handoff_packages_routing_rule_id_fkey
  foreign key (routing_rule_id) references public.routing_rules on delete set null;
create index handoff_packages_routing_rule_idx on public.handoff_packages (routing_rule_id) where routing_rule_id is not null;

-- Rules ------------------------------------------------------------------------------------------------------------

create function doorstep.routing_rules_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
begin
  new.assign_to := lower(btrim(new.assign_to));
  if tg_op = 'INSERT' then
    new.version := 1;
    if direct then
      if new.created_by <> me then
        perform doorstep.refuse_column('routing_rules', 'created_by');
      end if;
      new.created_by := me;
      new.hit_count := 0;
    end if;
    new.team_id := coalesce(new.team_id, doorstep.creator_team());
  else
    new.version := old.version + 1;
    if direct then
      perform doorstep.guard_columns('routing_rules', to_jsonb(old), to_jsonb(new), array['name', 'conditions', 'assign_to', 'priority',
        'enabled', 'entity', 'strategy', 'targets', 'respect_hours', 'respect_capacity', 'sticky_owner', 'fallback_rule_id',
        'claim_timeout_s', 'max_new_per_window', 'window_s', 'valid_from', 'valid_to', 'team_id'], array['version', 'updated_at']);
    end if;
  end if;
  if direct and asker = 'sales_manager' and not new.team_id = any (doorstep.led_team_ids()) then
    perform doorstep.refuse_column('routing_rules', 'team_id');
  end if;
  if direct and new.assign_to ~ '^[0-9a-f-]{36}$' and (tg_op = 'INSERT' or new.assign_to <> old.assign_to) then
    perform doorstep.check_assignee(new.assign_to::uuid, 'routing_rules', 'assign_to');
  end if;
  return new;
end
$$;

-- A chain of fallbacks ends somewhere.
create function doorstep.routing_rules_no_cycle() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('routing_rules:fallback', 0));
  if exists (
    with recursive chain (id, next) as (
      select r.id, r.fallback_rule_id from public.routing_rules r where r.id = new.fallback_rule_id
      union
      select r.id, r.fallback_rule_id from public.routing_rules r join chain on r.id = chain.next)
    select from chain where chain.next = new.id) then
    perform doorstep.refuse('DS422', 'fallback_cycle', 'fallback_rule_id');
  end if;
  return new;
end
$$;
revoke all on function doorstep.routing_rules_guard(), doorstep.routing_rules_no_cycle() from public, anon, authenticated, service_role;
alter function doorstep.routing_rules_no_cycle() owner to doorstep_definer;

create trigger routing_rules_1_guard      before insert or update on public.routing_rules for each row execute function doorstep.routing_rules_guard();
create trigger routing_rules_2_no_cycle   before insert or update on public.routing_rules
  for each row when (new.fallback_rule_id is not null) execute function doorstep.routing_rules_no_cycle();
create trigger routing_rules_3_updated_at before update on public.routing_rules for each row execute function public.update_updated_at_column();
select doorstep.watch('public.routing_rules', 'hit_count,version');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.routing_rules enable row level security;
alter table public.routing_rules force row level security;
revoke all on public.routing_rules from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.routing_rules to authenticated;
grant select, insert, update, delete on public.routing_rules to service_role;
grant select, insert, update on public.routing_rules to worker;
grant select on public.routing_rules to doorstep_definer;

create policy owner_all on public.routing_rules to {{owner}} using (true) with check (true);
create policy service_all on public.routing_rules to service_role using (true) with check (true);
create policy worker_all on public.routing_rules to worker using (true) with check (true);
create policy definer_all on public.routing_rules to doorstep_definer using (true) with check (true);
create policy sales_manager_select_all on public.routing_rules for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager');
create policy admin_select_all on public.routing_rules for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.routing_rules for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.routing_rules for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.routing_rules for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_manager_insert_team on public.routing_rules for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and team_id = any ((select doorstep.led_team_ids())::uuid[]));
create policy admin_insert_all on public.routing_rules for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_insert_all on public.routing_rules for insert to authenticated
  with check ((select doorstep.my_role()) = 'operations');
create policy sales_manager_update_team on public.routing_rules for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and team_id = any ((select doorstep.led_team_ids())::uuid[]))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and team_id = any ((select doorstep.led_team_ids())::uuid[]));
create policy admin_update_all on public.routing_rules for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_update_all on public.routing_rules for update to authenticated
  using ((select doorstep.my_role()) = 'operations')
  with check ((select doorstep.my_role()) = 'operations');
create policy admin_delete_all on public.routing_rules for delete to authenticated
  using ((select doorstep.my_role()) = 'admin');

-- sales_rep: the names of the rules that are switched on.
create view public.routing_rules_names with (security_barrier) as
select id, name, null::jsonb as conditions, null::text as assign_to, null::integer as priority, enabled, null::text as entity,
  null::text as strategy, null::jsonb as targets, null::boolean as respect_hours, null::boolean as respect_capacity,
  null::boolean as sticky_owner, null::uuid as fallback_rule_id, null::integer as claim_timeout_s, null::integer as max_new_per_window,
  null::integer as window_s, null::timestamptz as valid_from, null::timestamptz as valid_to, null::bigint as hit_count,
  null::uuid as team_id, null::uuid as created_by, null::integer as version, created_at, updated_at
from public.routing_rules
where (select doorstep.my_role()) = 'sales_rep' and enabled;
revoke all on public.routing_rules_names from public, anon, authenticated, service_role;
grant select on public.routing_rules_names to authenticated;
alter view public.routing_rules_names owner to doorstep_definer;
