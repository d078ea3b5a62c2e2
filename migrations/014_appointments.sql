-- Appointments. While one is scheduled, nobody and no home is booked twice, except the parties of one shared viewing.

create table public.appointments (
  id                  uuid primary key default gen_random_uuid(),
  prospect_id         uuid not null constraint appointments_prospect_id_fkey references public.prospects,
  prospect_name       text not null,
  property_id         uuid constraint appointments_property_id_fkey references public.properties,
  property_name       text,
  assigned_rep_id     uuid not null constraint appointments_assigned_rep_id_fkey references public.users,
  assigned_rep_name   text not null,
  scheduled_date      timestamptz not null,
  location            text not null constraint appointments_location check (btrim(location) <> ''),
  status              text not null default 'scheduled'
                      constraint appointments_status check (status in ('scheduled', 'completed', 'no_show', 'rescheduled', 'cancelled')),
  notes               text,
  source_channel      text constraint appointments_source_channel check (source_channel in ('phone', 'whatsapp', 'sms', 'email')),
  ends_at             timestamptz not null,
  kind                text not null default 'viewing' constraint appointments_kind check (kind in ('viewing', 'call', 'meeting', 'virtual_tour')),
  shared              boolean not null default false,
  timezone            text constraint appointments_timezone check (doorstep.is_timezone(timezone)),
  conversation_id     uuid constraint appointments_conversation_id_fkey references public.conversations on delete set null,
  campaign_id         uuid constraint appointments_campaign_id_fkey references public.campaigns,
  rescheduled_from_id uuid constraint appointments_rescheduled_from_id_fkey references public.appointments,
  ical_uid            text not null,
  ical_sequence       integer not null default 0 constraint appointments_ical_sequence check (ical_sequence >= 0),
  buffer_minutes      smallint not null default 0 constraint appointments_buffer_minutes check (buffer_minutes between 0 and 1440),
  method              text constraint appointments_method check (method in ('in_person', 'virtual')),
  cancel_reason       text,
  no_show_party       text constraint appointments_no_show_party check (no_show_party in ('prospect', 'rep')),
  reminder_state      text,
  blocked             tstzrange not null,
  slot_key            uuid not null,
  created_by          uuid constraint appointments_created_by_fkey references public.users on delete set null,
  version             integer not null default 1,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint appointments_ends_after_start check (ends_at > scheduled_date),
  constraint appointments_property_required check (property_id is not null or kind in ('call', 'meeting')),
  constraint appointments_rescheduled_once unique (rescheduled_from_id),
  constraint appointments_rep_not_double_booked exclude using gist
    (assigned_rep_id with =, blocked with &&, slot_key with <>) where (status = 'scheduled'),
  constraint appointments_property_not_double_booked exclude using gist
    (property_id with =, blocked with &&, slot_key with <>) where (status = 'scheduled'),
  constraint appointments_prospect_not_double_booked exclude using gist
    (prospect_id with =, blocked with &&) where (status = 'scheduled')
);
comment on column public.appointments.blocked is 'From the start to the end and the buffer behind it. By trigger.';
comment on column public.appointments.slot_key is 'The property for a shared viewing, else the row itself: what may overlap has the same. By trigger.';
create index appointments_rep_idx          on public.appointments (assigned_rep_id, scheduled_date, id);
create index appointments_prospect_idx     on public.appointments (prospect_id, scheduled_date, id);
create index appointments_property_idx     on public.appointments (property_id, scheduled_date, id);
create index appointments_date_idx         on public.appointments (scheduled_date, id);
create index appointments_status_idx       on public.appointments (status, scheduled_date, id);
create index appointments_conversation_idx on public.appointments (conversation_id) where conversation_id is not null;
create index appointments_campaign_idx     on public.appointments (campaign_id) where campaign_id is not null;
create index appointments_created_by_idx   on public.appointments (created_by) where created_by is not null;

alter table public.qualification_scores add constraint qualification_scores_appointment_id_fkey
  foreign key (appointment_id) references public.appointments on delete set null;

-- Rules ------------------------------------------------------------------------------------------------------------

-- What the caller may say of whom. As the caller: what he cannot see is refused as unknown.
create function doorstep.appointments_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  planning constant text[] := array['property_id', 'scheduled_date', 'ends_at', 'location', 'status', 'notes', 'source_channel', 'kind', 'shared',
             'timezone', 'conversation_id', 'buffer_minutes', 'method', 'cancel_reason', 'no_show_party'];
  closing  constant text[] := array['notes', 'cancel_reason', 'no_show_party', 'reminder_state'];
  derived  constant text[] := array['prospect_name', 'property_name', 'assigned_rep_name', 'blocked', 'slot_key', 'version', 'updated_at'];
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
  before public.appointments;
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.ical_uid := coalesce(new.ical_uid, new.id::text || '@doorstep');
    new.assigned_rep_name := null;
    if new.rescheduled_from_id is not null then
      -- The successor of an appointment that the caller sees: same people, whoever else they belong to.
      select a.* into before from public.appointments a where a.id = new.rescheduled_from_id;
      if not found then
        perform doorstep.refuse_reference('appointments', 'appointments_rescheduled_from_id_fkey', 'rescheduled_from_id', new.rescheduled_from_id, 'appointments');
      elsif before.status <> 'rescheduled' or new.prospect_id <> before.prospect_id or new.assigned_rep_id <> before.assigned_rep_id then
        perform doorstep.refuse('DS409', 'not_the_same_appointment', 'rescheduled_from_id');
      end if;
      new.prospect_name := before.prospect_name;
      new.assigned_rep_name := before.assigned_rep_name;
      new.campaign_id := before.campaign_id;
      new.conversation_id := before.conversation_id;
      new.ical_uid := before.ical_uid;
      new.ical_sequence := before.ical_sequence + 1;
    else
      new.ical_sequence := case when direct then 0 else new.ical_sequence end;
      select p.name into new.prospect_name from public.prospects p where p.id = new.prospect_id;
      if not found then
        perform doorstep.refuse_reference('appointments', 'appointments_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
      end if;
    end if;
    if direct then
      if new.created_by <> me then
        perform doorstep.refuse_column('appointments', 'created_by');
      elsif new.campaign_id is not null and new.rescheduled_from_id is null
            and not exists (select from public.campaigns c where c.id = new.campaign_id) then
        perform doorstep.refuse_reference('appointments', 'appointments_campaign_id_fkey', 'campaign_id', new.campaign_id, 'campaigns');
      end if;
      new.created_by := me;
      if asker = 'sales_rep' and new.rescheduled_from_id is null then
        new.assigned_rep_id := coalesce(new.assigned_rep_id, me);
        if new.assigned_rep_id <> me then
          perform doorstep.refuse_column('appointments', 'assigned_rep_id');
        end if;
      elsif new.rescheduled_from_id is null and new.assigned_rep_id is not null then
        perform doorstep.check_assignee(new.assigned_rep_id, 'appointments', 'assigned_rep_id');
      end if;
    end if;
  else
    new.version := old.version + 1;
    if direct then
      perform doorstep.guard_columns('appointments', to_jsonb(old), to_jsonb(new),
        case when asker = 'sales_rep' then planning else planning || array['assigned_rep_id'] end, derived);
      if new.assigned_rep_id <> old.assigned_rep_id then
        perform doorstep.check_assignee(new.assigned_rep_id, 'appointments', 'assigned_rep_id');
      end if;
    end if;
    if new.prospect_id = old.prospect_id then
      new.prospect_name := old.prospect_name;
    else
      select p.name into new.prospect_name from public.prospects p where p.id = new.prospect_id;
      if not found then
        perform doorstep.refuse_reference('appointments', 'appointments_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
      end if;
    end if;
    new.assigned_rep_name := case when new.assigned_rep_id = old.assigned_rep_id then old.assigned_rep_name end;
    if old.status <> 'scheduled' then
      if new.status <> old.status then
        perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
      end if;
      if to_jsonb(new) - (closing || derived) is distinct from to_jsonb(old) - (closing || derived) then
        perform doorstep.refuse('DS409', 'appointment_is_over', 'status');
      end if;
    end if;
  end if;

  if tg_op = 'UPDATE' and new.property_id is not distinct from old.property_id then
    new.property_name := old.property_name;
  else
    select p.name into new.property_name from public.properties p where p.id = new.property_id;
    if not found and new.property_id is not null then
      perform doorstep.refuse_reference('appointments', 'appointments_property_id_fkey', 'property_id', new.property_id, 'properties');
    end if;
  end if;
  if new.conversation_id is not null
     and (case tg_op when 'INSERT' then new.rescheduled_from_id is null else new.conversation_id is distinct from old.conversation_id end) then
    -- operations knows of conversations, though not what was said; nobody may hang an appointment on another's talk.
    if not exists (select from public.conversations c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)
       and not (direct and exists (select from public.conversations_metadata c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)) then
      perform doorstep.refuse_reference('appointments', 'appointments_conversation_id_fkey', 'conversation_id', new.conversation_id, 'conversations');
    end if;
  end if;
  if new.status in ('completed', 'no_show') and (tg_op = 'INSERT' or new.status <> old.status) and new.scheduled_date > doorstep.request_now() then
    perform doorstep.refuse('DS409', 'appointment_has_not_started', 'status');
  end if;
  return new;
end
$$;

-- The slot. Locks first, in one order for everybody: without them parallel bookings of overlapping slots deadlock.
create function doorstep.appointments_slot() returns trigger
language plpgsql set search_path = ''
as $$
declare
  key bigint;
begin
  if tg_op = 'INSERT' then
    new.ends_at := coalesce(new.ends_at, new.scheduled_date + interval '1 hour');
  elsif new.scheduled_date <> old.scheduled_date and (new.ends_at is null or new.ends_at = old.ends_at) then
    new.ends_at := new.scheduled_date + (old.ends_at - old.scheduled_date);
  end if;
  -- A range that ends before it begins cannot be made; the CHECK says what is wrong.
  new.blocked  := tstzrange(new.scheduled_date, greatest(new.scheduled_date, new.ends_at + make_interval(mins => new.buffer_minutes)));
  new.slot_key := case when new.shared and new.property_id is not null then new.property_id else new.id end;
  if new.status = 'scheduled'
     and (tg_op = 'INSERT' or (new.assigned_rep_id, new.prospect_id, new.property_id, new.blocked, new.slot_key, new.status)
                   is distinct from (old.assigned_rep_id, old.prospect_id, old.property_id, old.blocked, old.slot_key, old.status)) then
    for key in
      select distinct hashtextextended('appointments:' || booked.id::text, 0)
      from unnest(array[new.assigned_rep_id, new.prospect_id, new.property_id]) as booked (id)
      where booked.id is not null order by 1
    loop
      perform pg_advisory_xact_lock(key);
    end loop;
  end if;
  return new;
end
$$;

-- The name of the rep, whom the guard has found fit to be named. Attribution: an appointment belongs to the campaign whose conversation led to it, and a moved one counts once.
create function doorstep.appointments_fill() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.assigned_rep_name is null then
    new.assigned_rep_name := coalesce((select u.name from public.users u where u.id = new.assigned_rep_id), '');
  end if;
  if tg_op = 'UPDATE' and old.campaign_id is not null then
    new.campaign_id := old.campaign_id;
  elsif new.campaign_id is null and new.conversation_id is not null then
    select c.campaign_id into new.campaign_id from public.conversations c where c.id = new.conversation_id;
  end if;
  return new;
end
$$;

create function doorstep.count_campaign_bookings() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  change record;
begin
  for change in execute format(
    $q$ select r.campaign_id as id, sum(r.sign)::integer as booked from (%s) as r
        where r.campaign_id is not null and r.rescheduled_from_id is null group by r.campaign_id order by r.campaign_id $q$,
    concat_ws(' union all ',
      case when tg_op <> 'DELETE' then 'select campaign_id, rescheduled_from_id,  1 as sign from new_rows' end,
      case when tg_op <> 'INSERT' then 'select campaign_id, rescheduled_from_id, -1 as sign from old_rows' end))
  loop
    continue when change.booked = 0;
    update public.campaigns c set booked_appointments = c.booked_appointments + change.booked where c.id = change.id;
  end loop;
  return null;
end
$$;
revoke all on function doorstep.appointments_guard(), doorstep.appointments_slot(), doorstep.appointments_fill(),
  doorstep.count_campaign_bookings() from public, anon, authenticated, service_role;
alter function doorstep.appointments_fill()   owner to doorstep_definer;
alter function doorstep.count_campaign_bookings() owner to doorstep_definer;

create trigger appointments_1_guard      before insert or update on public.appointments for each row execute function doorstep.appointments_guard();
create trigger appointments_2_fill       before insert or update on public.appointments for each row execute function doorstep.appointments_fill();
create trigger appointments_3_slot       before insert or update on public.appointments for each row execute function doorstep.appointments_slot();
create trigger appointments_4_updated_at before update on public.appointments for each row execute function public.update_updated_at_column();
create trigger appointments_bookings_insert after insert on public.appointments
  referencing new table as new_rows for each statement execute function doorstep.count_campaign_bookings();
create trigger appointments_bookings_update after update on public.appointments
  referencing old table as old_rows new table as new_rows for each statement execute function doorstep.count_campaign_bookings();
create trigger appointments_bookings_delete after delete on public.appointments
  referencing old table as old_rows for each statement execute function doorstep.count_campaign_bookings();
select doorstep.watch('public.appointments', 'reminder_state,version');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.appointments enable row level security;
alter table public.appointments force row level security;
revoke all on public.appointments from public, anon, authenticated, service_role;
grant select, insert, update on public.appointments to authenticated;
grant select, insert, update, delete on public.appointments to service_role;
grant select, insert, update on public.appointments to worker;
grant select on public.appointments to doorstep_definer;

create policy owner_all on public.appointments to {{owner}} using (true) with check (true);
create policy service_all on public.appointments to service_role using (true) with check (true);
create policy worker_all on public.appointments to worker using (true) with check (true);
create policy definer_all on public.appointments to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.appointments for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (assigned_rep_id = (select auth.uid()) or exists (select from public.prospects p where p.id = appointments.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_select_team on public.appointments for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (assigned_rep_id = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = appointments.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_select_all on public.appointments for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_select_all on public.appointments for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.appointments for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_rep_insert_own on public.appointments for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and ((exists (select from public.prospects p where p.id = appointments.prospect_id and p.assigned_to = (select auth.uid())) and (assigned_rep_id = (select auth.uid()) or rescheduled_from_id is not null)) or (assigned_rep_id = (select auth.uid()) and rescheduled_from_id is not null)));
create policy sales_manager_insert_team on public.appointments for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (assigned_rep_id = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = appointments.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_insert_all on public.appointments for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_insert_all on public.appointments for insert to authenticated
  with check ((select doorstep.my_role()) = 'operations');
create policy sales_rep_update_own on public.appointments for update to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (assigned_rep_id = (select auth.uid()) or exists (select from public.prospects p where p.id = appointments.prospect_id and p.assigned_to = (select auth.uid()))))
  with check ((select doorstep.my_role()) = 'sales_rep'
         and (assigned_rep_id = (select auth.uid()) or exists (select from public.prospects p where p.id = appointments.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_update_team on public.appointments for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (assigned_rep_id = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = appointments.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (assigned_rep_id = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = appointments.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_update_all on public.appointments for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_update_all on public.appointments for update to authenticated
  using ((select doorstep.my_role()) = 'operations')
  with check ((select doorstep.my_role()) = 'operations');

-- qa_supervisor: every appointment without its notes.
create view public.appointments_masked as
select id, prospect_id, prospect_name, property_id, property_name, assigned_rep_id, assigned_rep_name, scheduled_date, location, status,
  null::text as notes, source_channel, ends_at, kind, shared, timezone, conversation_id, campaign_id, rescheduled_from_id, ical_uid,
  ical_sequence, buffer_minutes, method, cancel_reason, no_show_party, reminder_state, blocked, slot_key, created_by, version, created_at, updated_at
from public.appointments
where (select doorstep.my_role()) = 'qa_supervisor';
revoke all on public.appointments_masked from public, anon, authenticated, service_role;
grant select on public.appointments_masked to authenticated;
alter view public.appointments_masked owner to doorstep_definer;

-- Verb -------------------------------------------------------------------------------------------------------------

-- The old row becomes rescheduled first, then the new one is made (the other order conflicts with itself). With the
-- caller's own rights. P0002: not visible. 42501: visible, not his to move.
create function doorstep.reschedule_appointment(appointment uuid, new_start timestamptz, new_end timestamptz, at timestamptz) returns uuid
language plpgsql set search_path = ''
as $$
declare
  moved     public.appointments;
  successor uuid := gen_random_uuid();
begin
  perform set_config('request.now', at::text, true);
  if new_start is null then
    perform doorstep.refuse('DS400', 'start_required', 'scheduled_date');
  end if;
  select a.* into moved from public.appointments a where a.id = appointment;
  if not found then
    raise exception using errcode = 'P0002', message = 'appointment_not_found', detail = appointment::text;
  end if;
  update public.appointments a set status = 'rescheduled' where a.id = appointment and a.status = 'scheduled' returning a.* into moved;
  if not found then
    perform from public.appointments a where a.id = appointment and a.status <> 'scheduled';
    if found then
      perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
    end if;
    perform doorstep.refuse_column('appointments', 'scheduled_date');
  end if;
  insert into public.appointments (id, prospect_id, property_id, assigned_rep_id, scheduled_date, ends_at, location, notes, source_channel, kind,
    shared, timezone, conversation_id, campaign_id, rescheduled_from_id, buffer_minutes, method)
  values (successor, moved.prospect_id, moved.property_id, moved.assigned_rep_id, new_start,
    coalesce(new_end, new_start + (moved.ends_at - moved.scheduled_date)), moved.location, moved.notes, moved.source_channel, moved.kind,
    moved.shared, moved.timezone, moved.conversation_id, moved.campaign_id, moved.id, moved.buffer_minutes, moved.method);
  return successor;
end
$$;
revoke all on function doorstep.reschedule_appointment(uuid, timestamptz, timestamptz, timestamptz) from public, anon, authenticated, service_role;
grant execute on function doorstep.reschedule_appointment(uuid, timestamptz, timestamptz, timestamptz) to authenticated, service_role, worker;
