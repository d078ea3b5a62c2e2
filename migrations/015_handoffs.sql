-- Handoff packages: what a person needs to go on where the agent stopped. One active package for an appointment, and for
-- a conversation where there is no appointment.
--
-- pending → claimed → completed; pending → expired; claimed → pending (release); expired → pending by a manager.

create table public.handoff_packages (
  id                          uuid primary key default gen_random_uuid(),
  conversation_id             uuid not null constraint handoff_packages_conversation_id_fkey references public.conversations,
  prospect_id                 uuid not null constraint handoff_packages_prospect_id_fkey references public.prospects,
  prospect_name               text not null,
  prospect_phone              text,
  prospect_email              text,
  prospect_whatsapp           text,
  "timestamp"                 timestamptz not null default now(),
  priority                    text not null constraint handoff_packages_priority check (priority in ('high', 'medium', 'low')),
  reason                      text not null,
  summary                     text not null,
  detected_needs              text[] not null default '{}',
  suggested_properties        text[] not null default '{}',
  qualification_score         jsonb not null default '{}' constraint handoff_packages_qualification_score check (jsonb_typeof(qualification_score) = 'object'),
  conversation_context        text not null,
  next_steps                  text[] not null default '{}',
  status                      text not null default 'pending'
                              constraint handoff_packages_status check (status in ('pending', 'claimed', 'completed', 'expired')),
  claimed_by                  uuid constraint handoff_packages_claimed_by_fkey references public.users,
  claimed_at                  timestamptz,
  source_channel              text not null constraint handoff_packages_source_channel check (source_channel in ('phone', 'whatsapp', 'sms', 'email')),
  suggested_follow_up_channel text constraint handoff_packages_suggested_follow_up_channel
                              check (suggested_follow_up_channel in ('phone', 'whatsapp', 'sms', 'email')),
  suggested_property_ids      uuid[] not null default '{}',
  appointment_id              uuid constraint handoff_packages_appointment_id_fkey references public.appointments,
  claim_due_at                timestamptz,
  expires_at                  timestamptz,
  completed_at                timestamptz,
  completion_outcome          text constraint handoff_packages_completion_outcome check (completion_outcome in
                                ('contacted', 'booked', 'won', 'lost', 'unreachable', 'duplicate', 'cancelled_by_customer')),
  completion_notes            text,
  model_version               text,
  inputs_hash                 text,
  offered_to                  uuid constraint handoff_packages_offered_to_fkey references public.users on delete set null,
  routing_rule_id             uuid,
  team_id                     uuid not null constraint handoff_packages_team_id_fkey references public.teams,
  created_by                  uuid constraint handoff_packages_created_by_fkey references public.users on delete set null,
  version                     integer not null default 1,
  created_at                  timestamptz not null default now(),
  updated_at                  timestamptz not null default now(),
  constraint handoff_packages_claim check (
    status = 'expired' or (status in ('claimed', 'completed')) = (claimed_by is not null and claimed_at is not null)),
  constraint handoff_packages_pending_is_nobodys check (status <> 'pending' or num_nonnulls(claimed_by, claimed_at) = 0),
  constraint handoff_packages_completion check (
    (status = 'completed') = (completed_at is not null)
    and (status <> 'completed' or completion_outcome is not null)
    and (completion_outcome is null or status in ('completed', 'expired')))
);
create unique index handoff_packages_one_active_per_appointment  on public.handoff_packages (appointment_id)
  where status in ('pending', 'claimed') and appointment_id is not null;
create unique index handoff_packages_one_active_per_conversation on public.handoff_packages (conversation_id)
  where status in ('pending', 'claimed') and appointment_id is null;
create index handoff_packages_claimed_by_idx   on public.handoff_packages (claimed_by, created_at desc, id);
create index handoff_packages_team_idx         on public.handoff_packages (team_id, created_at desc, id);
create index handoff_packages_pool_idx         on public.handoff_packages (team_id, created_at desc, id)
  where status in ('pending', 'claimed') and offered_to is null;
create index handoff_packages_offered_to_idx   on public.handoff_packages (offered_to, created_at desc, id) where status in ('pending', 'claimed');
create index handoff_packages_prospect_idx     on public.handoff_packages (prospect_id, created_at desc, id);
create index handoff_packages_conversation_idx on public.handoff_packages (conversation_id);
create index handoff_packages_appointment_idx  on public.handoff_packages (appointment_id) where appointment_id is not null;
create index handoff_packages_status_idx       on public.handoff_packages (status, created_at desc, id);
create index handoff_packages_created_idx      on public.handoff_packages (created_at desc, id);
create index handoff_packages_due_idx          on public.handoff_packages (claim_due_at) where status = 'pending';
create index handoff_packages_expiry_idx       on public.handoff_packages (expires_at) where status = 'pending';
create index handoff_packages_created_by_idx   on public.handoff_packages (created_by) where created_by is not null;

alter table public.live_conversations add constraint live_conversations_handoff_package_id_fkey
  foreign key (handoff_package_id) references public.handoff_packages on delete set null;
create index live_conversations_handoff_package_idx on public.live_conversations (handoff_package_id) where handoff_package_id is not null;

create table public.handoff_changes (
  id          uuid primary key default gen_random_uuid(),
  handoff_id  uuid not null constraint handoff_changes_handoff_id_fkey references public.handoff_packages on delete cascade,
  prospect_id uuid not null constraint handoff_changes_prospect_id_fkey references public.prospects on delete cascade,
  from_status text,
  to_status   text not null,
  from_user   uuid,
  to_user     uuid,
  offered_to  uuid,
  actor       uuid constraint handoff_changes_actor_fkey references public.users on delete set null,
  reason      text,
  created_at  timestamptz not null default now()
);
create index handoff_changes_handoff_idx  on public.handoff_changes (handoff_id, created_at desc, id);
create index handoff_changes_prospect_idx on public.handoff_changes (prospect_id);
create index handoff_changes_actor_idx    on public.handoff_changes (actor) where actor is not null;

-- Rules ------------------------------------------------------------------------------------------------------------

create function doorstep.handoff_packages_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  content constant text[] := array['priority', 'reason', 'summary', 'detected_needs', 'suggested_properties', 'suggested_property_ids',
            'qualification_score', 'conversation_context', 'next_steps', 'suggested_follow_up_channel', 'claim_due_at', 'expires_at',
            'status', 'team_id', 'offered_to'];
  copied  constant text[] := array['prospect_name', 'prospect_phone', 'prospect_email', 'prospect_whatsapp', 'version', 'updated_at'];
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
  person record;
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    -- As the caller: what he cannot see is not there. The contact fields are the prospect's at this moment.
    select p.name, p.phone, p.email, p.whatsapp, p.team_id into person from public.prospects p where p.id = new.prospect_id;
    if not found then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
    end if;
    if not exists (select from public.conversations c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)
       and not (direct and exists (select from public.conversations_metadata c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)) then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_conversation_id_fkey', 'conversation_id', new.conversation_id, 'conversations');
    end if;
    if new.appointment_id is not null
       and not exists (select from public.appointments a where a.id = new.appointment_id and a.prospect_id = new.prospect_id) then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_appointment_id_fkey', 'appointment_id', new.appointment_id, 'appointments');
    end if;
    new.prospect_name := person.name; new.prospect_phone := person.phone;
    new.prospect_email := person.email; new.prospect_whatsapp := person.whatsapp;
    if direct then
      if    new.created_by <> me          then perform doorstep.refuse_column('handoff_packages', 'created_by');
      elsif new.claimed_by is not null    then perform doorstep.refuse_column('handoff_packages', 'claimed_by');
      elsif new.claimed_at is not null    then perform doorstep.refuse_column('handoff_packages', 'claimed_at');
      elsif new.status <> 'pending'       then perform doorstep.refuse_column('handoff_packages', 'status');
      elsif new.routing_rule_id is not null then perform doorstep.refuse_column('handoff_packages', 'routing_rule_id');
      elsif new.model_version is not null then perform doorstep.refuse_column('handoff_packages', 'model_version');
      elsif new.inputs_hash is not null   then perform doorstep.refuse_column('handoff_packages', 'inputs_hash');
      end if;
      if new.team_id is not null and new.team_id <> person.team_id
         and (asker = 'sales_rep' or (asker = 'sales_manager' and not new.team_id = any (doorstep.led_team_ids()))) then
        perform doorstep.refuse_column('handoff_packages', 'team_id');
      end if;
      if new.offered_to is not null then
        perform doorstep.check_assignee(new.offered_to, 'handoff_packages', 'offered_to');
      end if;
      new.created_by := me;
    end if;
    -- The prospect's team, so that one package has one pool, whoever asked for it.
    new.team_id := coalesce(new.team_id, person.team_id);
    return new;
  end if;

  new.version := old.version + 1;
  if new.prospect_id = old.prospect_id and (direct or current_user = 'doorstep_definer') then
    new.prospect_name := old.prospect_name; new.prospect_phone := old.prospect_phone;
    new.prospect_email := old.prospect_email; new.prospect_whatsapp := old.prospect_whatsapp;
  end if;
  if direct then
    perform doorstep.guard_columns('handoff_packages', to_jsonb(old), to_jsonb(new), content, copied);
    if asker = 'sales_manager' and new.team_id <> old.team_id and not new.team_id = any (doorstep.led_team_ids()) then
      perform doorstep.refuse_column('handoff_packages', 'team_id');
    end if;
    if new.offered_to is distinct from old.offered_to and new.offered_to is not null then
      perform doorstep.check_assignee(new.offered_to, 'handoff_packages', 'offered_to');
    end if;
    -- A claim, a release and a completion are verbs; what is left is to expire a package and to revive it. Both a manager's.
    if new.status <> old.status and (old.status, new.status) not in (('pending', 'expired'), ('claimed', 'expired'), ('expired', 'pending')) then
      perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
    end if;
    if new.status = 'pending' and old.status = 'expired' then
      new.claimed_by := null; new.claimed_at := null; new.completion_outcome := null;
      -- A deadline that has passed would end it again at once.
      new.expires_at   := case when new.expires_at   is distinct from old.expires_at   then new.expires_at   end;
      new.claim_due_at := case when new.claim_due_at is distinct from old.claim_due_at then new.claim_due_at end;
    end if;
  elsif new.status <> old.status
        and (old.status, new.status) not in (('pending', 'claimed'), ('pending', 'expired'), ('claimed', 'pending'), ('claimed', 'completed'),
                                             ('claimed', 'expired')) then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  return new;
end
$$;

-- Who had it, who has it, who did it, why, when. The verbs leave the reason in request.reason.
create function doorstep.log_handoff_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.handoff_changes (handoff_id, prospect_id, from_status, to_status, from_user, to_user, offered_to, actor, reason, created_at)
  values (new.id, new.prospect_id, case when tg_op = 'UPDATE' then old.status end, new.status,
          case when tg_op = 'UPDATE' then old.claimed_by end, new.claimed_by, new.offered_to,
          (select u.id from public.users u where u.id = auth.uid()), nullif(current_setting('request.reason', true), ''), doorstep.request_now());
  return null;
end
$$;
revoke all on function doorstep.handoff_packages_guard(), doorstep.log_handoff_change() from public, anon, authenticated, service_role;
alter function doorstep.log_handoff_change() owner to doorstep_definer;

create trigger handoff_packages_1_guard      before insert or update on public.handoff_packages for each row execute function doorstep.handoff_packages_guard();
create trigger handoff_packages_2_updated_at before update on public.handoff_packages for each row execute function public.update_updated_at_column();
create trigger handoff_packages_history_insert after insert on public.handoff_packages for each row execute function doorstep.log_handoff_change();
create trigger handoff_packages_history_update after update on public.handoff_packages
  for each row when ((old.status, old.claimed_by, old.offered_to) is distinct from (new.status, new.claimed_by, new.offered_to))
  execute function doorstep.log_handoff_change();
create trigger handoff_changes_append_only before update or delete on public.handoff_changes for each row execute function doorstep.append_only();
create trigger handoff_changes_no_truncate before truncate on public.handoff_changes for each statement execute function doorstep.append_only();
select doorstep.watch('public.handoff_packages'), doorstep.watch('public.handoff_changes');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.handoff_packages enable row level security;
alter table public.handoff_packages force row level security;
revoke all on public.handoff_packages from public, anon, authenticated, service_role;
grant select, insert, update on public.handoff_packages to authenticated;
grant select, insert, update, delete on public.handoff_packages to service_role;
grant select, insert, update on public.handoff_packages to worker;
grant select, update on public.handoff_packages to doorstep_definer;

create policy owner_all on public.handoff_packages to {{owner}} using (true) with check (true);
create policy service_all on public.handoff_packages to service_role using (true) with check (true);
create policy worker_all on public.handoff_packages to worker using (true) with check (true);
create policy definer_all on public.handoff_packages to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.handoff_packages for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (claimed_by = (select auth.uid()) or exists (select from public.prospects p where p.id = handoff_packages.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_select_team on public.handoff_packages for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or claimed_by = any ((select doorstep.led_user_ids())::uuid[]) or offered_to = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = handoff_packages.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_select_all on public.handoff_packages for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.handoff_packages for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.handoff_packages for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_rep_insert_own on public.handoff_packages for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = handoff_packages.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_insert_team on public.handoff_packages for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = handoff_packages.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_insert_all on public.handoff_packages for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_insert_all on public.handoff_packages for insert to authenticated
  with check ((select doorstep.my_role()) = 'operations');
create policy sales_manager_update_team on public.handoff_packages for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or claimed_by = any ((select doorstep.led_user_ids())::uuid[]) or offered_to = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = handoff_packages.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or claimed_by = any ((select doorstep.led_user_ids())::uuid[]) or offered_to = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = handoff_packages.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_update_all on public.handoff_packages for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');

alter table public.handoff_changes enable row level security;
alter table public.handoff_changes force row level security;
revoke all on public.handoff_changes from public, anon, authenticated, service_role;
grant select on public.handoff_changes to authenticated;
grant select, insert, update, delete on public.handoff_changes to service_role;
grant select, insert, update on public.handoff_changes to worker;
grant select, insert on public.handoff_changes to doorstep_definer;

create policy owner_all on public.handoff_changes to {{owner}} using (true) with check (true);
create policy service_all on public.handoff_changes to service_role using (true) with check (true);
create policy worker_all on public.handoff_changes to worker using (true) with check (true);
create policy definer_all on public.handoff_changes to doorstep_definer using (true) with check (true);
revoke update, delete on public.handoff_changes from service_role, worker;
create policy sales_rep_select_own on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.handoff_packages h where h.id = handoff_changes.handoff_id));
create policy sales_manager_select_team on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.handoff_packages h where h.id = handoff_changes.handoff_id));
create policy admin_select_all on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.handoff_changes for select to authenticated
  using ((select doorstep.my_role()) = 'operations');

-- operations: every package, the contact masked and without what was said.
create view public.handoff_packages_masked as
select id, conversation_id, prospect_id, prospect_name, doorstep.mask_phone(prospect_phone) as prospect_phone,
  doorstep.mask_email(prospect_email) as prospect_email, doorstep.mask_phone(prospect_whatsapp) as prospect_whatsapp, "timestamp", priority,
  reason, summary, detected_needs, suggested_properties, qualification_score, ''::text as conversation_context, next_steps, status, claimed_by,
  claimed_at, source_channel, suggested_follow_up_channel, suggested_property_ids, appointment_id, claim_due_at, expires_at, completed_at,
  completion_outcome, completion_notes, model_version, inputs_hash, offered_to, routing_rule_id, team_id, created_by, version, created_at, updated_at
from public.handoff_packages
where (select doorstep.my_role()) = 'operations';

-- sales_rep: active packages that are or were offered to him or to his teams, until they are his.
create view public.handoff_packages_pool with (security_barrier) as
select id, conversation_id, prospect_id, prospect_name, doorstep.mask_phone(prospect_phone) as prospect_phone,
  doorstep.mask_email(prospect_email) as prospect_email, doorstep.mask_phone(prospect_whatsapp) as prospect_whatsapp, "timestamp", priority,
  reason, summary, detected_needs, suggested_properties, qualification_score, ''::text as conversation_context, next_steps, status, claimed_by,
  claimed_at, source_channel, suggested_follow_up_channel, suggested_property_ids, appointment_id, claim_due_at, expires_at, completed_at,
  completion_outcome, completion_notes, model_version, inputs_hash, offered_to, routing_rule_id, team_id, created_by, version, created_at, updated_at
from public.handoff_packages h
where (select doorstep.my_role()) = 'sales_rep' and h.status in ('pending', 'claimed')
  and (h.offered_to = (select auth.uid()) or (h.offered_to is null and h.team_id = any ((select doorstep.my_team_ids())::uuid[])))
  and h.claimed_by is distinct from (select auth.uid())
  and not exists (select from public.prospects p where p.id = h.prospect_id and p.assigned_to = (select auth.uid()));

revoke all on public.handoff_packages_masked, public.handoff_packages_pool from public, anon, authenticated, service_role;
grant select on public.handoff_packages_masked, public.handoff_packages_pool to authenticated;
alter view public.handoff_packages_masked owner to doorstep_definer;
alter view public.handoff_packages_pool   owner to doorstep_definer;

-- Verbs ------------------------------------------------------------------------------------------------------------
-- All answer the package's id, P0002 where it is not visible, 42501 where it is visible and not the caller's to do,
-- DS409 where it is too late.

-- What a package is to the caller: 'own' (claimed by him, his prospect's, his to manage), 'offered' (to him or his team),
-- 'seen', or NULL.
create function doorstep.handoff_standing(package public.handoff_packages) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  me    uuid := auth.uid();
  asker text := doorstep.my_role();
  held  public.prospects;
begin
  select p.* into held from public.prospects p where p.id = package.prospect_id;
  return case
    when asker = 'sales_rep' then case
      when package.claimed_by = me or held.assigned_to = me then 'own'
      when package.status in ('pending', 'claimed') and (package.offered_to = me
           or (package.offered_to is null and package.team_id = any (doorstep.my_team_ids()))) then 'offered' end
    when asker = 'sales_manager' then case
      when package.team_id = any (doorstep.led_team_ids()) or doorstep.in_reach(held.team_id, held.assigned_to)
           or package.claimed_by = any (doorstep.led_user_ids()) or package.offered_to = any (doorstep.led_user_ids()) then 'own' end
    when asker = 'admin' then 'own'
    when asker is not null then 'seen'
  end;
end
$$;

create function doorstep.claim_handoff(handoff uuid, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  package public.handoff_packages;
begin
  select h.* into package from public.handoff_packages h where h.id = handoff;
  if not found or doorstep.handoff_standing(package) is null then
    raise exception using errcode = 'P0002', message = 'handoff_not_found', detail = handoff::text;
  end if;
  if doorstep.my_role() not in ('sales_rep', 'sales_manager') then
    perform doorstep.refuse_column('handoff_packages', 'claimed_by');
  end if;
  perform set_config('request.now', at::text, true), set_config('request.reason', '', true);
  -- Compare and swap: of a thousand callers one finds it pending.
  update public.handoff_packages h set status = 'claimed', claimed_by = auth.uid(), claimed_at = at
  where h.id = handoff and h.status = 'pending' and (h.expires_at is null or h.expires_at > at);
  if not found then
    select h.* into package from public.handoff_packages h where h.id = handoff;
    perform doorstep.refuse('DS409', case package.status when 'claimed' then 'already_claimed' when 'completed' then 'already_completed' else 'handoff_expired' end,
      handoff::text);
  end if;
  return handoff;
end
$$;

create function doorstep.release_handoff(handoff uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  package public.handoff_packages;
begin
  select h.* into package from public.handoff_packages h where h.id = handoff for no key update;
  if not found or doorstep.handoff_standing(package) is null then
    raise exception using errcode = 'P0002', message = 'handoff_not_found', detail = handoff::text;
  end if;
  -- Whoever left sales since he claimed it has no say any more.
  if not coalesce((doorstep.my_role() = 'sales_rep' and package.claimed_by = auth.uid())
                  or (doorstep.my_role() in ('sales_manager', 'admin') and doorstep.handoff_standing(package) = 'own'), false) then
    perform doorstep.refuse_column('handoff_packages', 'claimed_by');
  elsif package.status <> 'claimed' then
    perform doorstep.refuse('DS409', 'not_claimed', handoff::text);
  end if;
  perform set_config('request.now', at::text, true), set_config('request.reason', coalesce(reason, ''), true);
  update public.handoff_packages h set status = 'pending', claimed_by = null, claimed_at = null, offered_to = null where h.id = handoff;
  perform set_config('request.reason', '', true);
  return handoff;
end
$$;

create function doorstep.complete_handoff(handoff uuid, outcome text, notes text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  package public.handoff_packages;
begin
  select h.* into package from public.handoff_packages h where h.id = handoff for no key update;
  if not found or doorstep.handoff_standing(package) is null then
    raise exception using errcode = 'P0002', message = 'handoff_not_found', detail = handoff::text;
  end if;
  -- Whoever left sales since he claimed it has no say any more.
  if not coalesce((doorstep.my_role() = 'sales_rep' and package.claimed_by = auth.uid())
                  or (doorstep.my_role() in ('sales_manager', 'admin') and doorstep.handoff_standing(package) = 'own'), false) then
    perform doorstep.refuse_column('handoff_packages', 'status');
  elsif package.status <> 'claimed' then
    perform doorstep.refuse('DS409', case package.status when 'completed' then 'already_completed' else 'not_claimed' end, handoff::text);
  elsif outcome is null then
    perform doorstep.refuse('DS400', 'outcome_required', 'outcome');
  elsif outcome not in ('contacted', 'booked', 'won', 'lost', 'unreachable', 'duplicate', 'cancelled_by_customer') then
    perform doorstep.refuse('DS400', 'unknown_outcome', 'outcome');
  end if;
  perform set_config('request.now', at::text, true), set_config('request.reason', outcome, true);
  update public.handoff_packages h set status = 'completed', completed_at = at, completion_outcome = outcome, completion_notes = notes where h.id = handoff;
  perform set_config('request.reason', '', true);
  return handoff;
end
$$;

-- A claimed package passes to somebody else; a pending one is offered to him.
create function doorstep.reassign_handoff(handoff uuid, assignee uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  package public.handoff_packages;
begin
  select h.* into package from public.handoff_packages h where h.id = handoff for no key update;
  if not found or doorstep.handoff_standing(package) is null then
    raise exception using errcode = 'P0002', message = 'handoff_not_found', detail = handoff::text;
  end if;
  if assignee is null then
    perform doorstep.refuse('DS400', 'user_required', 'user_id');
  end if;
  perform doorstep.check_assignee(assignee, 'handoff_packages', 'claimed_by');
  if package.status not in ('pending', 'claimed') then
    perform doorstep.refuse('DS409', case package.status when 'completed' then 'already_completed' else 'handoff_expired' end, handoff::text);
  end if;
  perform set_config('request.now', at::text, true), set_config('request.reason', coalesce(reason, ''), true);
  if package.status = 'claimed' then
    update public.handoff_packages h set claimed_by = assignee, claimed_at = at, offered_to = assignee where h.id = handoff;
  else
    update public.handoff_packages h set offered_to = assignee where h.id = handoff;
  end if;
  perform set_config('request.reason', '', true);
  return handoff;
end
$$;

revoke all on function doorstep.handoff_standing(public.handoff_packages), doorstep.claim_handoff(uuid, timestamptz),
  doorstep.release_handoff(uuid, text, timestamptz), doorstep.complete_handoff(uuid, text, text, timestamptz),
  doorstep.reassign_handoff(uuid, uuid, text, timestamptz) from public, anon, authenticated, service_role;
grant execute on function doorstep.claim_handoff(uuid, timestamptz), doorstep.release_handoff(uuid, text, timestamptz),
  doorstep.complete_handoff(uuid, text, text, timestamptz), doorstep.reassign_handoff(uuid, uuid, text, timestamptz) to authenticated;
alter function doorstep.handoff_standing(public.handoff_packages)               owner to doorstep_definer;
alter function doorstep.claim_handoff(uuid, timestamptz)                        owner to doorstep_definer;
alter function doorstep.release_handoff(uuid, text, timestamptz)                owner to doorstep_definer;
alter function doorstep.complete_handoff(uuid, text, text, timestamptz)         owner to doorstep_definer;
alter function doorstep.reassign_handoff(uuid, uuid, text, timestamptz)         owner to doorstep_definer;
