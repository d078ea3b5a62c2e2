-- Who got what, by which rule and why not the others; and whose turn it is.

create table public.assignments (
  id           uuid primary key default gen_random_uuid(),
  entity       text not null constraint assignments_entity check (entity in ('prospect', 'handoff', 'appointment', 'live_conversation')),
  entity_id    uuid not null,
  prospect_id  uuid not null constraint assignments_prospect_id_fkey references public.prospects on delete cascade,
  user_id      uuid constraint assignments_user_id_fkey references public.users,
  from_user_id uuid constraint assignments_from_user_id_fkey references public.users,
  rule_id      uuid,  -- no reference: the log outlives the rule
  strategy     text constraint assignments_strategy check (strategy in
                 ('fixed_user', 'owner', 'round_robin', 'weighted', 'least_loaded', 'first_to_claim', 'queue')),
  outcome      text not null constraint assignments_outcome check (outcome in ('kept', 'assigned', 'offered', 'queued')),
  candidates   jsonb not null default '[]' constraint assignments_candidates check (jsonb_typeof(candidates) = 'array'),
  assigned_at  timestamptz not null default now(),
  created_at   timestamptz not null default now()
);
comment on table  public.assignments is 'Append-only: each decision of the routing.';
comment on column public.assignments.candidates is 'Whom the rule chose among: user_id, name, eligible, reasons.';
create index assignments_entity_idx    on public.assignments (entity, entity_id, assigned_at desc, id);
create index assignments_user_idx      on public.assignments (user_id, assigned_at desc, id) where user_id is not null;
create index assignments_from_user_idx on public.assignments (from_user_id) where from_user_id is not null;
create index assignments_rule_idx      on public.assignments (rule_id, assigned_at desc) where rule_id is not null;
create index assignments_prospect_idx  on public.assignments (prospect_id, assigned_at desc, id);

create trigger assignments_append_only before update or delete on public.assignments for each row execute function doorstep.append_only();
create trigger assignments_no_truncate before truncate on public.assignments for each statement execute function doorstep.append_only();
select doorstep.watch('public.assignments');

create table doorstep.routing_cursors (
  rule_id      uuid primary key constraint routing_cursors_rule_id_fkey references public.routing_rules on delete cascade,
  last_user_id uuid constraint routing_cursors_last_user_id_fkey references public.users on delete set null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
comment on table doorstep.routing_cursors is 'Who got the last by a rule. The row is locked while the next is chosen.';
create index routing_cursors_last_user_idx on doorstep.routing_cursors (last_user_id) where last_user_id is not null;
create trigger routing_cursors_updated_at before update on doorstep.routing_cursors
  for each row execute function public.update_updated_at_column();

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.assignments enable row level security;
alter table public.assignments force row level security;
revoke all on public.assignments from public, anon, authenticated, service_role;
grant select on public.assignments to authenticated;
grant select, insert on public.assignments to service_role, worker;

create policy owner_all     on public.assignments            to {{owner}}    using (true) with check (true);
create policy service_all   on public.assignments            to service_role using (true) with check (true);
create policy worker_select on public.assignments for select to worker       using (true);
create policy worker_insert on public.assignments for insert to worker       with check (true);
create policy sales_rep_select_own on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = assignments.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = assignments.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.assignments for select to authenticated
  using ((select doorstep.my_role()) = 'operations');

alter table doorstep.routing_cursors enable row level security;
alter table doorstep.routing_cursors force row level security;
revoke all on doorstep.routing_cursors from public, anon, authenticated, service_role;
grant select, insert, update on doorstep.routing_cursors to worker;

create policy owner_all  on doorstep.routing_cursors to {{owner}} using (true) with check (true);
create policy worker_all on doorstep.routing_cursors to worker    using (true) with check (true);
