-- Prospects: the people who want to buy or rent, their status history, and the helpers that all tables of the desk use.
--
-- Who may do what stands in docs/access.md. Policies choose the rows; the trigger prospects_guard judges what changes in
-- a row, one list of columns a role; the verbs that take a row out of sight are the functions at the end.

-- Helpers of the desk ----------------------------------------------------------------------------------------------

-- The one sentence for a column that the caller may not write.
create function doorstep.refuse_column(relation text, column_name text) returns void
language plpgsql set search_path = ''
as $$
begin
  raise exception using errcode = '42501', message = format('column "%s" of "%s" is not yours to write', column_name, relation),
    schema = 'public', table = relation, column = column_name;
end
$$;

-- A reference that the caller cannot see is refused in the very words of one that does not exist.
create function doorstep.refuse_reference(relation text, constraint_name text, column_name text, given uuid, target text) returns void
language plpgsql set search_path = ''
as $$
begin
  raise exception using errcode = '23503',
    message = format('insert or update on table "%s" violates foreign key constraint "%s"', relation, constraint_name),
    detail = format('Key (%s)=(%s) is not present in table "%s".', column_name, given, target),
    schema = 'public', table = relation, constraint = constraint_name;
end
$$;

-- A conflict or a broken rule: code is the stable word that the program words, subject a field or an id.
create function doorstep.refuse(state text, code text, subject text) returns void
language plpgsql set search_path = ''
as $$
begin
  raise exception using errcode = state, message = code, detail = subject;
end
$$;

-- What differs must be in the list. Columns that are computed after the trigger are in no list: name them in derived.
create function doorstep.guard_columns(relation text, before jsonb, after jsonb, writable text[], derived text[] default '{}') returns void
language plpgsql set search_path = ''
as $$
declare
  touched text;
begin
  select item.key into touched
  from jsonb_each(after) as item
  where item.value is distinct from before -> item.key and not item.key = any (writable || derived)
  order by item.key limit 1;
  if found then
    perform doorstep.refuse_column(relation, touched);
  end if;
end
$$;

revoke all on function
  doorstep.refuse_column(text, text), doorstep.refuse_reference(text, text, text, uuid, text), doorstep.refuse(text, text, text),
  doorstep.guard_columns(text, jsonb, jsonb, text[], text[])
from public, anon, authenticated, service_role;
grant execute on function
  doorstep.refuse_column(text, text), doorstep.refuse_reference(text, text, text, uuid, text), doorstep.refuse(text, text, text),
  doorstep.guard_columns(text, jsonb, jsonb, text[], text[])
to authenticated, service_role, worker, doorstep_definer;

-- The team of what a person creates: one that he leads, else one of his, the default team last.
create function doorstep.creator_team() returns uuid
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    (select m.team_id from public.team_members m where m.user_id = (select auth.uid())
     order by m.is_lead desc, m.team_id = doorstep.default_team_id(), m.team_id limit 1),
    doorstep.default_team_id())
$$;

-- A person to whom the caller may give work: known to him, active, in sales. Raises what is wrong.
create function doorstep.check_assignee(assignee uuid, relation text, column_name text) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  asker  text := doorstep.my_role();
  person record;
begin
  -- A manager names his own people; whether there are others he does not learn.
  if asker is null or asker not in ('sales_manager', 'admin', 'operations')
     or (asker = 'sales_manager' and not assignee = any (doorstep.led_user_ids())) then
    perform doorstep.refuse_column(relation, column_name);
  end if;
  select u.role, u.status, u.deactivated_at into person from public.users u where u.id = assignee;
  if not found then
    perform doorstep.refuse_reference(relation, relation || '_' || column_name || '_fkey', column_name, assignee, 'users');
  end if;
  if person.status <> 'active' or person.deactivated_at is not null then
    perform doorstep.refuse('DS422', 'assignee_not_active', column_name);
  end if;
  if person.role not in ('sales_rep', 'sales_manager') then
    perform doorstep.refuse('DS422', 'assignee_not_in_sales', column_name);
  end if;
end
$$;

-- A row with this team and this owner, as the policies of the desk see it; for the verbs, which run as the definer.
create function doorstep.in_reach(team uuid, owner uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select coalesce(case doorstep.my_role()
    when 'sales_rep'     then owner = (select auth.uid())
    when 'sales_manager' then team = any (doorstep.led_team_ids()) or owner = any (doorstep.led_user_ids())
    when 'admin'         then true
    when 'operations'    then true
    when 'compliance_officer' then true
  end, false)
$$;

revoke all on function doorstep.creator_team(), doorstep.check_assignee(uuid, text, text), doorstep.in_reach(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function doorstep.creator_team() to authenticated, service_role, worker;
grant execute on function doorstep.check_assignee(uuid, text, text) to authenticated;
alter function doorstep.creator_team()                   owner to doorstep_definer;
alter function doorstep.check_assignee(uuid, text, text) owner to doorstep_definer;
alter function doorstep.in_reach(uuid, uuid)             owner to doorstep_definer;

-- Table ------------------------------------------------------------------------------------------------------------

create table public.prospects (
  id                  uuid primary key default gen_random_uuid(),
  name                text not null constraint prospects_name check (btrim(name) <> ''),
  email               text constraint prospects_email check (email ~ '^\s*[^@\s]+@[^@\s]+\s*$'),
  phone               text,
  whatsapp            text,
  budget              text,
  city                text,
  timeline            text,
  status              text not null default 'new'
                      constraint prospects_status check (status in ('new', 'contacted', 'qualified', 'appointment_set', 'closed', 'lost')),
  assigned_to         uuid constraint prospects_assigned_to_fkey references public.users on delete set null,
  last_contact        timestamptz,
  preferred_channel   text constraint prospects_preferred_channel check (preferred_channel in ('phone', 'whatsapp', 'sms', 'email')),
  purpose             text constraint prospects_purpose check (purpose in ('buy', 'rent')),
  budget_min          numeric(14,2) constraint prospects_budget_min check (budget_min >= 0),
  budget_max          numeric(14,2),
  budget_currency     text constraint prospects_budget_currency check (budget_currency ~ '^[A-Z]{3}$'),
  timeline_months_max smallint constraint prospects_timeline_months_max check (timeline_months_max between 0 and 999),
  timezone            text constraint prospects_timezone check (doorstep.is_timezone(timezone)),
  country             text constraint prospects_country check (country ~ '^[A-Z]{2}$'),
  region              text,
  language            text constraint prospects_language check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  wanted_types        text[] not null default '{}'
                      constraint prospects_wanted_types check (wanted_types <@ array['villa', 'apartment', 'penthouse', 'townhouse']),
  wanted_bedrooms_min smallint constraint prospects_wanted_bedrooms_min check (wanted_bedrooms_min >= 0),
  wanted_bedrooms_max smallint,
  wanted_features     text[] not null default '{}',
  must_haves          text[] not null default '{}'
                      constraint prospects_must_haves check (must_haves <@ array['price', 'city', 'type', 'bedrooms', 'features']),
  source              text constraint prospects_source check (source in
                      ('web_form', 'portal', 'referral', 'walk_in', 'campaign', 'import', 'api', 'inbound_call', 'other')),
  source_detail       jsonb constraint prospects_source_detail check (jsonb_typeof(source_detail) = 'object'),
  lost_reason         text,
  first_response_at   timestamptz,
  response_due_at     timestamptz,
  last_inbound_at     timestamptz,
  team_id             uuid not null constraint prospects_team_id_fkey references public.teams,
  created_by          uuid constraint prospects_created_by_fkey references public.users on delete set null,
  restricted_at       timestamptz,
  restriction_reason  text,
  erased_at           timestamptz,
  merged_into_id      uuid constraint prospects_merged_into_id_fkey references public.prospects,
  version             integer not null default 1,
  phone_e164          text generated always as (doorstep.e164(phone)) stored,
  whatsapp_e164       text generated always as (doorstep.e164(whatsapp)) stored,
  email_normalized    text generated always as (doorstep.email_normalized(email)) stored,
  city_key            text generated always as (doorstep.fold(city)) stored,
  -- No phone and no address in it: whoever reads them masked would find them by guessing.
  search              tsvector generated always as (
                        setweight(to_tsvector('simple', doorstep.words(name)), 'A')
                     || setweight(to_tsvector('simple', doorstep.words(coalesce(city, ''))), 'B')
                     || setweight(to_tsvector('simple', doorstep.words(coalesce(region, '') || ' ' || coalesce(budget, '') || ' '
                          || coalesce(timeline, '') || ' ' || coalesce(lost_reason, ''))), 'C')) stored,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint prospects_contact_required check (
    erased_at is not null or merged_into_id is not null
    or coalesce(btrim(email), '') <> '' or coalesce(btrim(phone), '') <> '' or coalesce(btrim(whatsapp), '') <> ''),
  constraint prospects_budget_range check (budget_max >= coalesce(budget_min, 0)),
  constraint prospects_wanted_bedrooms_range check (wanted_bedrooms_max >= coalesce(wanted_bedrooms_min, 0)),
  constraint prospects_lost_reason check ((status = 'lost') = (lost_reason is not null)),
  constraint prospects_not_merged_into_itself check (merged_into_id <> id)
);

create unique index prospects_phone_unique on public.prospects (phone_e164)       where merged_into_id is null and erased_at is null;
create unique index prospects_email_unique on public.prospects (email_normalized) where merged_into_id is null and erased_at is null;
create index prospects_assigned_to_idx on public.prospects (assigned_to, created_at desc, id);
create index prospects_team_idx        on public.prospects (team_id, created_at desc, id);
create index prospects_pool_idx        on public.prospects (team_id, created_at desc, id)
  where assigned_to is null and merged_into_id is null and erased_at is null;
create index prospects_created_idx     on public.prospects (created_at desc, id);
create index prospects_status_idx      on public.prospects (status, created_at desc, id);
create index prospects_city_idx        on public.prospects (city_key, created_at desc, id);
create index prospects_whatsapp_idx    on public.prospects (whatsapp_e164) where whatsapp_e164 is not null;
create index prospects_created_by_idx  on public.prospects (created_by);
create index prospects_merged_into_idx on public.prospects (merged_into_id) where merged_into_id is not null;
create index prospects_search_idx      on public.prospects using gin (search);
do $trigram$
begin
  execute format('create index prospects_name_trigram_idx on public.prospects using gin (doorstep.words(name) %I.gin_trgm_ops)',
    (select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm'));
end
$trigram$;

alter table public.property_private add constraint property_private_reserved_for_prospect_id_fkey
  foreign key (reserved_for_prospect_id) references public.prospects;
alter table public.consents add constraint consents_prospect_id_fkey foreign key (prospect_id) references public.prospects;
alter table public.suppressions add constraint suppressions_prospect_id_fkey foreign key (prospect_id) references public.prospects;

-- Status history ---------------------------------------------------------------------------------------------------

create table public.prospect_status_changes (
  id          uuid primary key default gen_random_uuid(),
  prospect_id uuid not null constraint prospect_status_changes_prospect_id_fkey references public.prospects on delete cascade,
  from_status text not null,
  to_status   text not null,
  reason      text,
  actor       uuid constraint prospect_status_changes_actor_fkey references public.users on delete set null,
  duration    bigint not null,
  created_at  timestamptz not null default now()
);
comment on column public.prospect_status_changes.duration is 'Seconds that the prospect had been in from_status.';
create index prospect_status_changes_prospect_idx on public.prospect_status_changes (prospect_id, created_at desc, id);
create index prospect_status_changes_actor_idx    on public.prospect_status_changes (actor);

-- Rules ------------------------------------------------------------------------------------------------------------

create function doorstep.prospects_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  ladder   constant text[] := array['new', 'contacted', 'qualified', 'appointment_set', 'closed'];
  computed constant text[] := array['phone_e164', 'whatsapp_e164', 'email_normalized', 'city_key', 'search', 'version', 'updated_at'];
  contact  constant text[] := array['email', 'phone', 'whatsapp', 'preferred_channel', 'timezone', 'country', 'region', 'language'];
  sales    constant text[] := contact || array['name', 'budget', 'city', 'timeline', 'status', 'last_contact', 'purpose',
             'budget_min', 'budget_max', 'budget_currency', 'timeline_months_max', 'wanted_types', 'wanted_bedrooms_min',
             'wanted_bedrooms_max', 'wanted_features', 'must_haves', 'lost_reason'];
  me       uuid := auth.uid();
  asker    text := doorstep.my_role();
  direct   boolean := current_user = 'authenticated';  -- else a system role, or a verb that has checked the right itself
  by_hand  boolean := current_user in ('authenticated', 'doorstep_definer');  -- a job may carry the claims of who caused it
  writable text[];
  step     integer;
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    if direct then
      if    new.created_by <> me              then perform doorstep.refuse_column('prospects', 'created_by');
      elsif new.erased_at         is not null then perform doorstep.refuse_column('prospects', 'erased_at');
      elsif new.merged_into_id    is not null then perform doorstep.refuse_column('prospects', 'merged_into_id');
      elsif new.restricted_at     is not null then perform doorstep.refuse_column('prospects', 'restricted_at');
      elsif new.first_response_at is not null then perform doorstep.refuse_column('prospects', 'first_response_at');
      end if;
      new.created_by := me;
      if new.team_id is not null
         and (   (asker = 'sales_rep'     and not new.team_id = any (doorstep.my_team_ids()))
              or (asker = 'sales_manager' and not new.team_id = any (doorstep.my_team_ids() || doorstep.led_team_ids()))) then
        perform doorstep.refuse_column('prospects', 'team_id');
      end if;
    end if;
    new.team_id := coalesce(new.team_id, doorstep.creator_team());
    if direct then
      if asker = 'sales_rep' then
        new.assigned_to := coalesce(new.assigned_to, me);
        if new.assigned_to <> me then
          perform doorstep.refuse_column('prospects', 'assigned_to');
        end if;
      elsif new.assigned_to is not null then
        perform doorstep.check_assignee(new.assigned_to, 'prospects', 'assigned_to');
      elsif asker = 'sales_manager' and not new.team_id = any (doorstep.led_team_ids()) then
        new.assigned_to := me;  -- he leads nobody there: it would be out of his sight at once
      end if;
    end if;
  else
    new.version := old.version + 1;
    if direct then
      writable := case asker
        when 'sales_rep'          then sales
        when 'sales_manager'      then sales || array['assigned_to', 'team_id']
        when 'admin'              then sales || array['assigned_to', 'team_id']
        when 'operations'         then contact || array['assigned_to', 'team_id']
        when 'compliance_officer' then array['restricted_at', 'restriction_reason', 'erased_at']
      end;
      -- Where a prospect came from is said once.
      if asker in ('sales_rep', 'sales_manager', 'admin') and old.source is null then
        writable := writable || array['source', 'source_detail'];
      end if;
      perform doorstep.guard_columns('prospects', to_jsonb(old), to_jsonb(new), writable, computed);
      if new.assigned_to is distinct from old.assigned_to and new.assigned_to is not null then
        perform doorstep.check_assignee(new.assigned_to, 'prospects', 'assigned_to');
      end if;
      if asker = 'sales_manager' and new.team_id <> old.team_id and not new.team_id = any (doorstep.led_team_ids()) then
        perform doorstep.refuse_column('prospects', 'team_id');
      end if;
    end if;

    -- One step up by anybody, down by a person, any open one to lost, lost to contacted by a manager.
    if new.status <> old.status then
      step := array_position(ladder, new.status) - array_position(ladder, old.status);
      if not coalesce(case
           when new.status = 'lost' then old.status <> 'closed'
           when old.status = 'lost' then new.status = 'contacted' and by_hand and asker in ('sales_manager', 'admin')
           when step = 1            then true
           when step < 0            then by_hand and asker is not null
         end, false) then
        perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
      end if;
    end if;
  end if;

  new.lost_reason := case when new.status = 'lost' then coalesce(nullif(btrim(new.lost_reason), ''), 'unspecified') end;
  return new;
end
$$;

create function doorstep.log_prospect_status() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.prospect_status_changes (prospect_id, from_status, to_status, reason, actor, duration, created_at)
  select new.id, old.status, new.status, new.lost_reason, (select u.id from public.users u where u.id = auth.uid()),
         greatest(0, extract(epoch from doorstep.request_now() - coalesce(
           (select max(c.created_at) from public.prospect_status_changes c where c.prospect_id = new.id), new.created_at)))::bigint,
         doorstep.request_now();
  return null;
end
$$;
revoke all on function doorstep.prospects_guard(), doorstep.log_prospect_status() from public, anon, authenticated, service_role;
alter function doorstep.log_prospect_status() owner to doorstep_definer;

create trigger prospects_guard before insert or update on public.prospects
  for each row execute function doorstep.prospects_guard();
create trigger prospects_updated_at before update on public.prospects
  for each row execute function public.update_updated_at_column();
create trigger prospects_status_history after update on public.prospects
  for each row when (old.status is distinct from new.status) execute function doorstep.log_prospect_status();
create trigger prospect_status_changes_append_only before update or delete on public.prospect_status_changes
  for each row execute function doorstep.append_only();
create trigger prospect_status_changes_no_truncate before truncate on public.prospect_status_changes
  for each statement execute function doorstep.append_only();
select doorstep.watch('public.prospects'), doorstep.watch('public.prospect_status_changes');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.prospects enable row level security;
alter table public.prospects force row level security;
alter table public.prospect_status_changes enable row level security;
alter table public.prospect_status_changes force row level security;

revoke all on public.prospects, public.prospect_status_changes from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.prospects to authenticated, service_role;
grant select, insert, update on public.prospects to worker;
grant select, update on public.prospects to doorstep_definer;
grant select on public.prospect_status_changes to authenticated, worker;
grant select, insert on public.prospect_status_changes to service_role, doorstep_definer;

create policy owner_all   on public.prospects to {{owner}}        using (true) with check (true);
create policy service_all on public.prospects to service_role     using (true) with check (true);
create policy definer_all on public.prospects to doorstep_definer using (true) with check (true);
create policy worker_all  on public.prospects to worker           using (true) with check (true);

create policy sales_rep_select_own on public.prospects for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep' and assigned_to = (select auth.uid()));
create policy sales_manager_select_team on public.prospects for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or assigned_to = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_select_all on public.prospects for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_select_all on public.prospects for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.prospects for select to authenticated
  using ((select doorstep.my_role()) = 'operations');

create policy sales_rep_insert_own on public.prospects for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep' and assigned_to = (select auth.uid()));
create policy sales_manager_insert_team on public.prospects for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or assigned_to = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_insert_all on public.prospects for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_insert_all on public.prospects for insert to authenticated
  with check ((select doorstep.my_role()) = 'operations');

create policy sales_rep_update_own on public.prospects for update to authenticated
  using ((select doorstep.my_role()) = 'sales_rep' and assigned_to = (select auth.uid()))
  with check ((select doorstep.my_role()) = 'sales_rep' and assigned_to = (select auth.uid()));
create policy sales_manager_update_team on public.prospects for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or assigned_to = any ((select doorstep.led_user_ids())::uuid[])))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or assigned_to = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_update_all on public.prospects for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_update_all on public.prospects for update to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer') with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_update_all on public.prospects for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');

-- Of a prospect that nothing points to; else its foreign keys refuse (RESTRICT).
create policy admin_delete_all on public.prospects for delete to authenticated
  using ((select doorstep.my_role()) = 'admin');

create policy owner_all      on public.prospect_status_changes            to {{owner}}        using (true) with check (true);
create policy service_all    on public.prospect_status_changes            to service_role     using (true) with check (true);
create policy definer_all    on public.prospect_status_changes            to doorstep_definer using (true) with check (true);
create policy worker_select  on public.prospect_status_changes for select to worker           using (true);
create policy sales_rep_select_own on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.prospect_status_changes for select to authenticated
  using ((select doorstep.my_role()) = 'operations');

-- Masked -----------------------------------------------------------------------------------------------------------

-- qa_supervisor: everybody, masked. The condition is the same for every row, so no barrier is needed.
create view public.prospects_masked as
select id, name, doorstep.mask_email(email) as email, doorstep.mask_phone(phone) as phone, doorstep.mask_phone(whatsapp) as whatsapp,
  budget, city, timeline, status, assigned_to, last_contact, preferred_channel, purpose, budget_min, budget_max, budget_currency,
  timeline_months_max, timezone, country, region, language, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features,
  must_haves, source, null::jsonb as source_detail, lost_reason, first_response_at, response_due_at, last_inbound_at, team_id, created_by,
  restricted_at, restriction_reason, erased_at, merged_into_id, version, doorstep.mask_phone(phone_e164) as phone_e164,
  doorstep.mask_phone(whatsapp_e164) as whatsapp_e164, doorstep.mask_email(email_normalized) as email_normalized, city_key, search,
  created_at, updated_at
from public.prospects
where (select doorstep.my_role()) = 'qa_supervisor';

-- sales_rep: the unassigned of his teams, masked.
create view public.prospects_pool with (security_barrier) as
select id, name, doorstep.mask_email(email) as email, doorstep.mask_phone(phone) as phone, doorstep.mask_phone(whatsapp) as whatsapp,
  budget, city, timeline, status, assigned_to, last_contact, preferred_channel, purpose, budget_min, budget_max, budget_currency,
  timeline_months_max, timezone, country, region, language, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features,
  must_haves, source, null::jsonb as source_detail, lost_reason, first_response_at, response_due_at, last_inbound_at, team_id, created_by,
  restricted_at, restriction_reason, erased_at, merged_into_id, version, doorstep.mask_phone(phone_e164) as phone_e164,
  doorstep.mask_phone(whatsapp_e164) as whatsapp_e164, doorstep.mask_email(email_normalized) as email_normalized, city_key, search,
  created_at, updated_at
from public.prospects
where (select doorstep.my_role()) = 'sales_rep' and team_id = any ((select doorstep.my_team_ids())::uuid[])
  and assigned_to is null and merged_into_id is null and erased_at is null;

revoke all on public.prospects_masked, public.prospects_pool from public, anon, authenticated, service_role;
grant select on public.prospects_masked, public.prospects_pool to authenticated;
alter view public.prospects_masked owner to doorstep_definer;
alter view public.prospects_pool   owner to doorstep_definer;

-- Search -----------------------------------------------------------------------------------------------------------

-- `search @@ …` is not leakproof, so under RLS it never uses the index. This function finds the ids, of those alone whom
-- the caller sees, masked or not; he joins them with the table or view that he reads.
create function doorstep.prospects_matching(q text) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = '' rows 50
as $$
declare
  query constant tsquery := doorstep.search_query(q);
  asker constant text    := doorstep.my_role();
  me    constant uuid    := auth.uid();
  teams constant uuid[]  := case asker when 'sales_rep' then doorstep.my_team_ids() when 'sales_manager' then doorstep.led_team_ids() end;
  users constant uuid[]  := case asker when 'sales_manager' then doorstep.led_user_ids() end;
begin
  return query
    select p.id, ts_rank(p.search, query) from public.prospects p
    where p.search @@ query and case asker
      when 'sales_rep'     then p.assigned_to = me
                                or (p.assigned_to is null and p.team_id = any (teams) and p.merged_into_id is null and p.erased_at is null)
      when 'sales_manager' then p.team_id = any (teams) or p.assigned_to = any (users)
      else asker is not null end;
end
$$;
revoke all on function doorstep.prospects_matching(text) from public, anon, authenticated, service_role;
grant execute on function doorstep.prospects_matching(text) to authenticated;
alter function doorstep.prospects_matching(text) owner to doorstep_definer;

-- Verbs ------------------------------------------------------------------------------------------------------------

-- Gives a prospect back to the pool of its team. P0002: not visible. 42501: visible, not his to release.
create function doorstep.release_prospect(prospect uuid) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  asker text := doorstep.my_role();
  kept  public.prospects;
begin
  select * into kept from public.prospects p where p.id = prospect for update;
  if not found or asker is null or not (doorstep.in_reach(kept.team_id, kept.assigned_to) or asker = 'qa_supervisor'
       or (asker = 'sales_rep' and kept.assigned_to is null and kept.team_id = any (doorstep.my_team_ids()))) then
    raise exception using errcode = 'P0002', message = 'prospect_not_found', detail = prospect::text;
  end if;
  if asker not in ('sales_rep', 'sales_manager', 'admin', 'operations') or kept.assigned_to is null and asker = 'sales_rep' then
    perform doorstep.refuse_column('prospects', 'assigned_to');
  end if;
  if kept.assigned_to is null then
    perform doorstep.refuse('DS409', 'not_assigned', prospect::text);
  end if;
  update public.prospects set assigned_to = null where id = prospect;
  return prospect;
end
$$;

-- Gives a prospect to somebody; also into a team that the caller does not lead any more afterwards.
create function doorstep.assign_prospect(prospect uuid, assignee uuid) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  asker text := doorstep.my_role();
  kept  public.prospects;
begin
  select * into kept from public.prospects p where p.id = prospect for update;
  if not found or asker is null or not (doorstep.in_reach(kept.team_id, kept.assigned_to) or asker = 'qa_supervisor'
       or (asker = 'sales_rep' and kept.assigned_to is null and kept.team_id = any (doorstep.my_team_ids()))) then
    raise exception using errcode = 'P0002', message = 'prospect_not_found', detail = prospect::text;
  end if;
  if assignee is null then
    perform doorstep.refuse('DS400', 'user_required', 'assigned_to');
  end if;
  perform doorstep.check_assignee(assignee, 'prospects', 'assigned_to');
  if kept.erased_at is not null or kept.merged_into_id is not null then
    perform doorstep.refuse('DS409', 'prospect_gone', prospect::text);
  end if;
  update public.prospects set assigned_to = assignee where id = prospect and assigned_to is distinct from assignee;
  return prospect;
end
$$;

revoke all on function doorstep.release_prospect(uuid), doorstep.assign_prospect(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function doorstep.release_prospect(uuid), doorstep.assign_prospect(uuid, uuid) to authenticated;
alter function doorstep.release_prospect(uuid)      owner to doorstep_definer;
alter function doorstep.assign_prospect(uuid, uuid) owner to doorstep_definer;
