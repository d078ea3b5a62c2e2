-- Proof of what was done and what was allowed: the audit log, consents, suppressions, contact policies.
-- The references to prospects and campaigns are added by the files that make those tables.

-- The audit log ----------------------------------------------------------------------------------------------------

create table public.audit_log (
  id           bigint generated always as identity primary key,
  created_at   timestamptz not null default now(),
  actor        uuid,
  actor_role   text,
  category     text not null constraint audit_log_category check (category in ('business', 'quality', 'security', 'compliance')),
  action       text not null constraint audit_log_action check (action ~ '^[a-z][a-z0-9_.]{0,99}$'),
  noun         text not null constraint audit_log_noun check (noun ~ '^[a-z][a-z0-9_]{0,99}$'),
  row_id       uuid,
  payload_hash bytea
);
comment on table  public.audit_log is 'Append-only, written by doorstep.audit() alone. Holds ids and hashes: nothing in it has to be erased with a person.';
comment on column public.audit_log.category is 'Who reads it: a manager his people''s business, a QA supervisor quality, administrators and compliance all.';
comment on column public.audit_log.payload_hash is 'sha256(salt || payload::text) of audit_payloads: proof of the payload while it stands, nothing once it is erased.';
create index audit_log_created_at_idx on public.audit_log (created_at desc, id desc);
create index audit_log_row_idx        on public.audit_log (noun, row_id, id desc);
create index audit_log_actor_idx      on public.audit_log (actor, id desc);

create table public.audit_payloads (
  audit_id bigint primary key constraint audit_payloads_audit_id_fkey references public.audit_log (id),
  salt     bytea not null,
  payload  jsonb not null constraint audit_payloads_payload check (jsonb_typeof(payload) = 'object')
);
comment on table public.audit_payloads is 'What may name a person; an erasure deletes the row, and with the salt the hash says nothing any more.';

create function doorstep.audit(action text, noun text, row_id uuid default null, details jsonb default null) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  salt     constant bytea := uuid_send(gen_random_uuid());
  audit_id bigint;
begin
  insert into public.audit_log (actor, actor_role, category, action, noun, row_id, payload_hash)
  values (auth.uid(),
          coalesce(doorstep.my_role(), auth.role()),
          case when noun in ('users', 'teams', 'team_members', 'auth', 'sessions', 'settings', 'integrations', 'integration_secrets', 'exports')
                 then 'security'
               when noun in ('consents', 'suppressions', 'contact_policies', 'data_subject_requests', 'audit_log', 'legal_holds')
                 then 'compliance'
               when noun in ('conversations', 'live_conversations', 'transcript_messages', 'agent_actions', 'agent_plan_steps',
                             'detected_entities', 'qualification_scores', 'qa_reviews', 'qa_scorecards')
                 then 'quality'
               else 'business' end,
          action, noun, row_id,
          case when details is not null then sha256(salt || convert_to(details::text, 'UTF8')) end)
  returning id into audit_id;
  if details is not null then
    insert into public.audit_payloads (audit_id, salt, payload) values (audit_id, salt, details);
  end if;
  return audit_id;
end
$$;
comment on function doorstep.audit(text, text, uuid, jsonb) is 'Records what the caller does; the caller is taken from the claims, never from an argument.';

-- Addresses --------------------------------------------------------------------------------------------------------

-- A suppression outlives the person it protects, so it keeps no address, only this.
create function doorstep.address_hash(address text) returns bytea
language plpgsql stable strict security definer set search_path = ''
as $$
begin
  return sha256(convert_to((select s.value #>> '{}' from doorstep.settings s where s.name = 'hash_salt')
                           || coalesce(doorstep.e164(address), doorstep.email_normalized(address)), 'UTF8'));
end
$$;
comment on function doorstep.address_hash(text) is 'Salted hash of a phone number (as E.164) or an e-mail address (lower case).';

-- Does the caller see this person, masked or not? (Late bound: prospects and its views come with 010.)
create function doorstep.sees_prospect(prospect uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.prospects p where p.id = prospect);
end
$$;

create function doorstep.sees_prospect_masked(prospect uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return doorstep.sees_prospect(prospect)
      or exists (select from public.prospects_pool p where p.id = prospect)
      or exists (select from public.prospects_masked p where p.id = prospect);
end
$$;

-- Consents ---------------------------------------------------------------------------------------------------------

create table public.consents (
  id           uuid primary key default gen_random_uuid(),
  prospect_id  uuid not null,
  channel      text not null constraint consents_channel check (channel in ('phone', 'whatsapp', 'sms', 'email')),
  purpose      text not null constraint consents_purpose check (purpose in ('marketing', 'informational', 'recording', 'ai_voice')),
  status       text not null constraint consents_status check (status in ('granted', 'denied', 'withdrawn')),
  text_version text,
  captured_at  timestamptz not null default now(),
  method       text constraint consents_method check (length(method) <= 200),
  evidence_ref text constraint consents_evidence_ref check (length(evidence_ref) <= 2000),
  ip           inet,
  user_agent   text constraint consents_user_agent check (length(user_agent) <= 2000),
  source       text constraint consents_source check (length(source) <= 200),
  expires_at   timestamptz,
  captured_by  uuid constraint consents_captured_by_fkey references public.users (id) on delete set null,
  created_at   timestamptz not null default now(),
  constraint consents_expires_after_capture check (expires_at > captured_at)
);
comment on table public.consents is 'Append-only: the newest row (captured_at, then id) of a person, channel and purpose holds; a withdrawal is a row.';
create index consents_prospect_idx    on public.consents (prospect_id, channel, purpose, captured_at desc, id desc);
create index consents_created_at_idx  on public.consents (created_at desc, id);
create index consents_captured_by_idx on public.consents (captured_by);

-- As the caller: a person whom he cannot see is refused exactly like one who does not exist.
create function doorstep.consents_before_insert() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated' then
    if not doorstep.sees_prospect(new.prospect_id) then
      raise exception 'insert or update on table "consents" violates foreign key constraint "consents_prospect_id_fkey"'
        using errcode = '23503', constraint = 'consents_prospect_id_fkey', table = 'consents', schema = 'public';
    end if;
    new.captured_by := auth.uid();
    new.created_at  := now();
  end if;
  return new;
end
$$;

-- Suppressions -----------------------------------------------------------------------------------------------------

create table public.suppressions (
  id                uuid primary key default gen_random_uuid(),
  prospect_id       uuid,
  address_hash      bytea constraint suppressions_address_hash check (length(address_hash) = 32),
  channel           text not null default 'all' constraint suppressions_channel check (channel in ('all', 'phone', 'whatsapp', 'sms', 'email')),
  scope             text not null default 'global' constraint suppressions_scope check (scope in ('global', 'brand', 'campaign')),
  campaign_id       uuid,
  reason            text not null constraint suppressions_reason check (reason in
                      ('stop_keyword', 'verbal', 'complaint', 'bounce', 'manual', 'dnc_list', 'erasure', 'litigation')),
  source_message_id uuid,
  effective_at      timestamptz not null default now(),
  recorded_by       uuid constraint suppressions_recorded_by_fkey references public.users (id) on delete set null,
  lift_reason       text constraint suppressions_lift_reason check (length(btrim(lift_reason)) between 1 and 2000),
  lift_requested_by uuid,
  lift_requested_at timestamptz,
  lifted_by         uuid,
  lifted_at         timestamptz,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint suppressions_names_somebody  check (prospect_id is not null or address_hash is not null),
  constraint suppressions_campaign_scope  check ((scope = 'campaign') = (campaign_id is not null)),
  constraint suppressions_lift_is_whole   check (num_nulls(lift_reason, lift_requested_by, lift_requested_at) in (0, 3)
                                                 and num_nulls(lifted_by, lifted_at) in (0, 2)),
  constraint suppressions_two_persons     check (lifted_at is null or (lift_requested_at is not null and lifted_by <> lift_requested_by))
);
comment on table  public.suppressions is 'Whom not to contact. In force while lifted_at is null; nobody deletes one, and only the two lift functions change one.';
comment on column public.suppressions.address_hash is 'doorstep.address_hash(): survives the erasure of the person and the next import.';
comment on column public.suppressions.lifted_by is 'The second compliance officer; the first is lift_requested_by.';
create index suppressions_prospect_idx    on public.suppressions (prospect_id)  where lifted_at is null;
create index suppressions_address_idx     on public.suppressions (address_hash) where lifted_at is null;
create index suppressions_created_at_idx  on public.suppressions (created_at desc, id);
create index suppressions_recorded_by_idx on public.suppressions (recorded_by);

create function doorstep.suppressions_before_insert() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated' then
    -- Whoever records an opt-out names a person he can see, if only masked. Without a person: compliance and operations.
    if new.prospect_id is not null and not doorstep.sees_prospect_masked(new.prospect_id) then
      raise exception 'insert or update on table "suppressions" violates foreign key constraint "suppressions_prospect_id_fkey"'
        using errcode = '23503', constraint = 'suppressions_prospect_id_fkey', table = 'suppressions', schema = 'public';
    end if;
    new.recorded_by       := auth.uid();
    new.lift_reason       := null;
    new.lift_requested_by := null;
    new.lift_requested_at := null;
    new.lifted_by         := null;
    new.lifted_at         := null;
    new.created_at        := now();
  end if;
  return new;
end
$$;

-- Two compliance officers lift a suppression: one asks and says why, another confirms.
create function doorstep.lift_suppression(suppression uuid, reason text, now timestamptz) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if doorstep.my_role() is distinct from 'compliance_officer' then
    raise exception 'only a compliance officer lifts a suppression' using errcode = '42501';
  end if;
  if coalesce(btrim(reason), '') = '' then
    raise exception 'reason_required' using errcode = 'DS400', detail = 'reason';
  end if;
  update public.suppressions s
  set lift_reason = lift_suppression.reason, lift_requested_by = auth.uid(), lift_requested_at = now
  where s.id = suppression and s.lifted_at is null;
  if not found then
    if exists (select from public.suppressions s where s.id = suppression) then
      raise exception 'already_lifted' using errcode = 'DS409', detail = suppression::text;
    end if;
    raise exception 'suppression not found' using errcode = 'P0002', detail = suppression::text;
  end if;
  perform doorstep.audit('suppression.lift_requested', 'suppressions', suppression, jsonb_build_object('reason', reason));
end
$$;

create function doorstep.confirm_lift_suppression(suppression uuid, now timestamptz) returns void
language plpgsql security definer set search_path = ''
as $$
declare
  held public.suppressions;
begin
  if doorstep.my_role() is distinct from 'compliance_officer' then
    raise exception 'only a compliance officer lifts a suppression' using errcode = '42501';
  end if;
  select * into held from public.suppressions s where s.id = suppression for update;
  if not found then
    raise exception 'suppression not found' using errcode = 'P0002', detail = suppression::text;
  elsif held.lifted_at is not null then
    raise exception 'already_lifted' using errcode = 'DS409', detail = suppression::text;
  elsif held.lift_requested_by is null then
    raise exception 'lift_not_requested' using errcode = 'DS409', detail = suppression::text;
  elsif held.lift_requested_by = auth.uid() then
    raise exception 'second_person_required' using errcode = 'DS422', detail = suppression::text;
  end if;
  update public.suppressions s set lifted_by = auth.uid(), lifted_at = now where s.id = suppression;
  perform doorstep.audit('suppression.lifted', 'suppressions', suppression, jsonb_build_object('reason', held.lift_reason));
end
$$;

-- Contact policies -------------------------------------------------------------------------------------------------

create table public.contact_policies (
  id                 uuid primary key default gen_random_uuid(),
  jurisdiction       text not null constraint contact_policies_jurisdiction check (jurisdiction ~ '^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$'),
  channel            text not null default 'all' constraint contact_policies_channel check (channel in ('all', 'phone', 'whatsapp', 'sms', 'email')),
  window_start       time not null,
  window_end         time not null,
  window_days        smallint[] not null default '{1,2,3,4,5,6,7}'
                       constraint contact_policies_window_days check (window_days <@ '{1,2,3,4,5,6,7}' and cardinality(window_days) > 0),
  holidays           date[] not null default '{}' constraint contact_policies_holidays check (array_position(holidays, null) is null),
  max_per_24h        integer not null default 3 constraint contact_policies_max_per_24h check (max_per_24h >= 0),
  max_per_7d         integer constraint contact_policies_max_per_7d check (max_per_7d >= 0),
  min_gap_minutes    integer not null default 120 constraint contact_policies_min_gap_minutes check (min_gap_minutes >= 0),
  recording_mode     text not null default 'all_party' constraint contact_policies_recording_mode check (recording_mode in ('all_party', 'one_party', 'none')),
  ai_disclosure      boolean not null default true,
  note               text constraint contact_policies_note check (length(note) <= 2000),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint contact_policies_jurisdiction_key unique (jurisdiction, channel),
  constraint contact_policies_window_not_empty check (window_start <> window_end)
);
comment on table  public.contact_policies is 'When and how often people may be contacted. Data that a compliance officer edits; secondary sources, not legal advice.';
comment on column public.contact_policies.jurisdiction is 'ISO 3166-1 country, ISO 3166-2 subdivision, or * for everywhere else. The strictest of number and residence holds.';
comment on column public.contact_policies.window_start is 'Wall clock of the person contacted, half open [start, end); start after end crosses midnight.';
comment on column public.contact_policies.window_days is 'ISO weekdays, 1 is Monday.';
comment on column public.contact_policies.max_per_24h is 'Attempts over all campaigns, voice and text together, rolling.';

insert into public.contact_policies (jurisdiction, window_start, window_end, window_days, max_per_24h, max_per_7d, note) values
  ('US',    '08:00', '21:00', '{1,2,3,4,5,6,7}', 3, null, 'TCPA hours of the called party'),
  ('US-FL', '08:00', '20:00', '{1,2,3,4,5,6,7}', 3, null, 'three in 24 hours on one subject'),
  ('US-OK', '08:00', '20:00', '{1,2,3,4,5,6,7}', 3, null, 'three in 24 hours on one subject'),
  ('US-WA', '08:00', '20:00', '{1,2,3,4,5,6,7}', 3, null, null),
  ('AE',    '09:00', '18:00', '{1,2,3,4,5,6,7}', 1, 2,    'after no answer or hang-up one a day and two a week; identity and purpose first'),
  ('*',     '09:00', '20:00', '{1,2,3,4,5,6}',   3, null, 'where no other policy speaks');

-- Triggers and functions -------------------------------------------------------------------------------------------

revoke all on function
  doorstep.audit(text, text, uuid, jsonb), doorstep.address_hash(text), doorstep.sees_prospect(uuid), doorstep.sees_prospect_masked(uuid),
  doorstep.consents_before_insert(), doorstep.suppressions_before_insert(),
  doorstep.lift_suppression(uuid, text, timestamptz), doorstep.confirm_lift_suppression(uuid, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function doorstep.audit(text, text, uuid, jsonb) to authenticated, service_role, worker, doorstep_auth, doorstep_definer;
grant execute on function doorstep.address_hash(text)             to authenticated, service_role, worker, doorstep_definer;
grant execute on function doorstep.sees_prospect(uuid), doorstep.sees_prospect_masked(uuid),
  doorstep.lift_suppression(uuid, text, timestamptz), doorstep.confirm_lift_suppression(uuid, timestamptz) to authenticated;

alter function doorstep.audit(text, text, uuid, jsonb)                       owner to doorstep_definer;
alter function doorstep.address_hash(text)                                   owner to doorstep_definer;
alter function doorstep.lift_suppression(uuid, text, timestamptz)            owner to doorstep_definer;
alter function doorstep.confirm_lift_suppression(uuid, timestamptz)          owner to doorstep_definer;

create trigger audit_log_append_only before update or delete on public.audit_log
  for each row execute function doorstep.append_only();
create trigger audit_log_no_truncate before truncate on public.audit_log
  for each statement execute function doorstep.append_only();
create trigger consents_1_insert     before insert on public.consents
  for each row execute function doorstep.consents_before_insert();
create trigger consents_append_only  before update or delete on public.consents
  for each row when (pg_trigger_depth() = 0) execute function doorstep.append_only();  -- "captured_by set null" passes
create trigger consents_no_truncate  before truncate on public.consents
  for each statement execute function doorstep.append_only();
create trigger suppressions_1_insert before insert on public.suppressions
  for each row execute function doorstep.suppressions_before_insert();
create trigger suppressions_4_updated_at before update on public.suppressions
  for each row execute function public.update_updated_at_column();
create trigger contact_policies_1_protect before update on public.contact_policies
  for each row execute function doorstep.protect_columns('id', 'created_at');
create trigger contact_policies_4_updated_at before update on public.contact_policies
  for each row execute function public.update_updated_at_column();

select doorstep.watch('public.consents'), doorstep.watch('public.suppressions'), doorstep.watch('public.contact_policies');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.audit_log        enable row level security;
alter table public.audit_log        force row level security;
alter table public.audit_payloads   enable row level security;
alter table public.audit_payloads   force row level security;
alter table public.consents         enable row level security;
alter table public.consents         force row level security;
alter table public.suppressions     enable row level security;
alter table public.suppressions     force row level security;
alter table public.contact_policies enable row level security;
alter table public.contact_policies force row level security;

revoke all on public.audit_log, public.audit_payloads, public.consents, public.suppressions, public.contact_policies
  from public, anon, authenticated, service_role;

grant select                         on public.audit_log        to authenticated, service_role, worker;
grant select, insert                 on public.audit_log        to doorstep_definer;
grant select                         on public.audit_payloads   to authenticated, worker;
grant select, delete                 on public.audit_payloads   to service_role;
grant insert                         on public.audit_payloads   to doorstep_definer;
grant select, insert                 on public.consents         to authenticated, service_role, worker;
grant select, insert                 on public.suppressions     to authenticated, service_role, worker;
grant select, update                 on public.suppressions     to doorstep_definer;
grant select, insert, update         on public.contact_policies to authenticated;
grant select, insert, update, delete on public.contact_policies to service_role;
grant select                         on public.contact_policies to worker;

create policy owner_all                     on public.audit_log            to {{owner}}        using (true) with check (true);
create policy service_select                on public.audit_log for select to service_role     using (true);
create policy worker_select                 on public.audit_log for select to worker           using (true);
create policy definer_all                   on public.audit_log            to doorstep_definer using (true) with check (true);
create policy sales_manager_select_team     on public.audit_log for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager' and category in ('business', 'quality')
         and actor = any ((select doorstep.led_user_ids())::uuid[]));
create policy admin_select                  on public.audit_log for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_quality  on public.audit_log for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor' and category = 'quality');
create policy compliance_officer_select     on public.audit_log for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');

create policy owner_all                     on public.audit_payloads            to {{owner}}        using (true) with check (true);
create policy service_all                   on public.audit_payloads            to service_role     using (true) with check (true);
create policy worker_select                 on public.audit_payloads for select to worker           using (true);
create policy definer_insert                on public.audit_payloads for insert to doorstep_definer with check (true);
create policy admin_select                  on public.audit_payloads for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_select     on public.audit_payloads for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');

create policy owner_all                     on public.consents            to {{owner}}    using (true) with check (true);
create policy service_all                   on public.consents            to service_role using (true) with check (true);
create policy worker_select                 on public.consents for select to worker       using (true);
create policy worker_insert                 on public.consents for insert to worker       with check (true);
create policy sales_rep_select_own          on public.consents for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep' and doorstep.sees_prospect(prospect_id));
create policy sales_rep_insert_own          on public.consents for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep');  -- own: what consents_before_insert lets pass
create policy sales_manager_select_team     on public.consents for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager' and doorstep.sees_prospect(prospect_id));
create policy admin_select                  on public.consents for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select          on public.consents for select to authenticated using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select     on public.consents for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');
create policy compliance_officer_insert     on public.consents for insert to authenticated with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select             on public.consents for select to authenticated using ((select doorstep.my_role()) = 'operations');

create policy owner_all                     on public.suppressions            to {{owner}}        using (true) with check (true);
create policy service_all                   on public.suppressions            to service_role     using (true) with check (true);
create policy worker_select                 on public.suppressions for select to worker           using (true);
create policy worker_insert                 on public.suppressions for insert to worker           with check (true);
create policy definer_all                   on public.suppressions            to doorstep_definer using (true) with check (true);
create policy sales_rep_insert              on public.suppressions for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep' and prospect_id is not null);
create policy sales_manager_insert          on public.suppressions for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager' and prospect_id is not null);
create policy admin_select                  on public.suppressions for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy admin_insert                  on public.suppressions for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select          on public.suppressions for select to authenticated using ((select doorstep.my_role()) = 'qa_supervisor');
create policy qa_supervisor_insert          on public.suppressions for insert to authenticated with check ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select     on public.suppressions for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');
create policy compliance_officer_insert     on public.suppressions for insert to authenticated with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select             on public.suppressions for select to authenticated using ((select doorstep.my_role()) = 'operations');
create policy operations_insert             on public.suppressions for insert to authenticated with check ((select doorstep.my_role()) = 'operations');

create policy owner_all                     on public.contact_policies            to {{owner}}    using (true) with check (true);
create policy service_all                   on public.contact_policies            to service_role using (true) with check (true);
create policy worker_select                 on public.contact_policies for select to worker       using (true);
create policy staff_select                  on public.contact_policies for select to authenticated using ((select doorstep.my_role()) is not null);
create policy compliance_officer_insert     on public.contact_policies for insert to authenticated with check ((select doorstep.my_role()) = 'compliance_officer');
create policy compliance_officer_update     on public.contact_policies for update to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer') with check ((select doorstep.my_role()) = 'compliance_officer');
