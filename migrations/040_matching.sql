-- Matching: what the search for homes narrows by. A narrow row beside each home that is on offer, with its place and its
-- features as numbers: which of the many spellings mean the same is decided by the program, once for each spelling, so
-- that the narrowing and the score can never disagree. And what a prospect has turned down.

create table doorstep.home_places (
  id         integer generated always as identity primary key,
  city       text not null,
  district   text not null,
  region     text not null,
  created_at timestamptz not null default now(),
  constraint home_places_once unique (city, district, region)
);
comment on table doorstep.home_places is 'Every city, district and region as some home on offer spells them; empty where there is none.';

create table doorstep.home_features (
  id         integer generated always as identity primary key,
  feature    text not null constraint home_features_once unique,
  created_at timestamptz not null default now()
);
comment on table doorstep.home_features is 'Every feature as some home on offer spells it.';

create table doorstep.home_matches (
  property_id    uuid primary key constraint home_matches_property_id_fkey references public.properties on delete cascade,
  place_id       integer not null constraint home_matches_place_id_fkey references doorstep.home_places,
  feature_ids    integer[] not null,
  offer          text not null,
  type           text not null,
  bedrooms       integer not null,
  price_low      numeric(14,2),
  price_high     numeric(14,2),
  currency       text,
  on_market_date date,
  created_at     timestamptz not null default now()
);
comment on table doorstep.home_matches is 'The homes on offer as the search narrows them. Kept by trigger.';
comment on column doorstep.home_matches.price_low is 'NULL where the price stands in price_range alone: such a home is judged by reading it.';
create index home_matches_place_idx on doorstep.home_matches (place_id);

create function doorstep.keep_home_matches() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    delete from doorstep.home_matches m using new_rows n
    where m.property_id = n.id and not (n.status = 'available' and n.standard_status = 'Active');
  end if;
  -- New spellings come one transaction after another: whoever knows the highest number knows all below it.
  if exists (select from new_rows n where n.status = 'available' and n.standard_status = 'Active' and (
       not exists (select from doorstep.home_places p
                   where p.city = n.city and p.district = coalesce(n.district, '') and p.region = coalesce(n.region, ''))
       or exists (select from unnest(n.features) as f (feature)
                  where not exists (select from doorstep.home_features k where k.feature = f.feature)))) then
    perform pg_advisory_xact_lock(hashtextextended('doorstep:home_words', 0));
    insert into doorstep.home_places (city, district, region)
      select distinct n.city, coalesce(n.district, ''), coalesce(n.region, '') from new_rows n
      where n.status = 'available' and n.standard_status = 'Active'
      except select p.city, p.district, p.region from doorstep.home_places p;
    insert into doorstep.home_features (feature)
      select distinct f.feature from new_rows n cross join unnest(n.features) as f (feature)
      where n.status = 'available' and n.standard_status = 'Active'
      except select k.feature from doorstep.home_features k;
  end if;
  insert into doorstep.home_matches as m
    (property_id, place_id, feature_ids, offer, type, bedrooms, price_low, price_high, currency, on_market_date)
  select n.id, p.id,
    coalesce((select array_agg(k.id) from doorstep.home_features k where k.feature = any (n.features)), '{}'),
    n.offer, n.type, n.bedrooms,
    coalesce(nullif(n.list_price_low, 0), nullif(n.list_price_high, 0)),
    coalesce(nullif(n.list_price_high, 0), nullif(n.list_price_low, 0)), n.currency, n.on_market_date
  from new_rows n
  join doorstep.home_places p on p.city = n.city and p.district = coalesce(n.district, '') and p.region = coalesce(n.region, '')
  where n.status = 'available' and n.standard_status = 'Active'
  on conflict (property_id) do update set place_id = excluded.place_id, feature_ids = excluded.feature_ids,
    offer = excluded.offer, type = excluded.type, bedrooms = excluded.bedrooms, price_low = excluded.price_low,
    price_high = excluded.price_high, currency = excluded.currency, on_market_date = excluded.on_market_date
  where (m.place_id, m.feature_ids, m.offer, m.type, m.bedrooms, m.price_low, m.price_high, m.currency, m.on_market_date)
    is distinct from (excluded.place_id, excluded.feature_ids, excluded.offer, excluded.type, excluded.bedrooms,
                      excluded.price_low, excluded.price_high, excluded.currency, excluded.on_market_date);
  return null;
end
$$;
revoke all on function doorstep.keep_home_matches() from public, anon, authenticated, service_role;
alter function doorstep.keep_home_matches() owner to doorstep_definer;

create trigger properties_match_insert after insert on public.properties
  referencing new table as new_rows for each statement execute function doorstep.keep_home_matches();
create trigger properties_match_update after update on public.properties
  referencing new table as new_rows for each statement execute function doorstep.keep_home_matches();

-- Rights -----------------------------------------------------------------------------------------------------------

do $rights$
declare
  relation text;
begin
  foreach relation in array array['home_places', 'home_features', 'home_matches'] loop
    execute format('alter table doorstep.%I enable row level security', relation);
    execute format('alter table doorstep.%I force row level security', relation);
    execute format('revoke all on doorstep.%I from public, anon, authenticated, service_role', relation);
    execute format('grant select on doorstep.%I to worker', relation);
    execute format('grant select, insert, update, delete on doorstep.%I to doorstep_definer', relation);
    execute format('create policy owner_all on doorstep.%I to {{owner}} using (true) with check (true)', relation);
    execute format('create policy definer_all on doorstep.%I to doorstep_definer using (true) with check (true)', relation);
    execute format('create policy worker_select on doorstep.%I for select to worker using (true)', relation);
  end loop;
end
$rights$;

-- The homes that are there already.
insert into doorstep.home_places (city, district, region)
  select distinct city, coalesce(district, ''), coalesce(region, '') from public.properties where status = 'available' and standard_status = 'Active';
insert into doorstep.home_features (feature)
  select distinct f.feature from public.properties h cross join unnest(h.features) as f (feature)
  where h.status = 'available' and h.standard_status = 'Active';
insert into doorstep.home_matches (property_id, place_id, feature_ids, offer, type, bedrooms, price_low, price_high, currency, on_market_date)
select h.id, p.id,
  coalesce((select array_agg(k.id) from doorstep.home_features k where k.feature = any (h.features)), '{}'),
  h.offer, h.type, h.bedrooms,
  coalesce(nullif(h.list_price_low, 0), nullif(h.list_price_high, 0)),
  coalesce(nullif(h.list_price_high, 0), nullif(h.list_price_low, 0)), h.currency, h.on_market_date
from public.properties h
join doorstep.home_places p on p.city = h.city and p.district = coalesce(h.district, '') and p.region = coalesce(h.region, '')
where h.status = 'available' and h.standard_status = 'Active';

-- What a prospect has turned down ----------------------------------------------------------------------------------

alter table public.prospects add column rejected_property_ids uuid[] not null default '{}'
  constraint prospects_rejected_property_ids check (array_position(rejected_property_ids, null) is null and cardinality(rejected_property_ids) <= 500);
comment on column public.prospects.rejected_property_ids is 'Homes that he has turned down: never suggested again.';

create or replace function doorstep.prospects_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  ladder   constant text[] := array['new', 'contacted', 'qualified', 'appointment_set', 'closed'];
  computed constant text[] := array['phone_e164', 'whatsapp_e164', 'email_normalized', 'city_key', 'search', 'version', 'updated_at'];
  contact  constant text[] := array['email', 'phone', 'whatsapp', 'preferred_channel', 'timezone', 'country', 'region', 'language'];
  sales    constant text[] := contact || array['name', 'budget', 'city', 'timeline', 'status', 'last_contact', 'purpose',
             'budget_min', 'budget_max', 'budget_currency', 'timeline_months_max', 'wanted_types', 'wanted_bedrooms_min',
             'wanted_bedrooms_max', 'wanted_features', 'must_haves', 'lost_reason', 'rejected_property_ids'];
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

-- The same columns as before, the new one at the end, as in the table.
create or replace view public.prospects_masked as
select id, name, doorstep.mask_email(email) as email, doorstep.mask_phone(phone) as phone, doorstep.mask_phone(whatsapp) as whatsapp,
  budget, city, timeline, status, assigned_to, last_contact, preferred_channel, purpose, budget_min, budget_max, budget_currency,
  timeline_months_max, timezone, country, region, language, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features,
  must_haves, source, null::jsonb as source_detail, lost_reason, first_response_at, response_due_at, last_inbound_at, team_id, created_by,
  restricted_at, restriction_reason, erased_at, merged_into_id, version, doorstep.mask_phone(phone_e164) as phone_e164,
  doorstep.mask_phone(whatsapp_e164) as whatsapp_e164, doorstep.mask_email(email_normalized) as email_normalized, city_key, search,
  created_at, updated_at, rejected_property_ids
from public.prospects
where (select doorstep.my_role()) = 'qa_supervisor';
create or replace view public.prospects_pool with (security_barrier) as
select id, name, doorstep.mask_email(email) as email, doorstep.mask_phone(phone) as phone, doorstep.mask_phone(whatsapp) as whatsapp,
  budget, city, timeline, status, assigned_to, last_contact, preferred_channel, purpose, budget_min, budget_max, budget_currency,
  timeline_months_max, timezone, country, region, language, wanted_types, wanted_bedrooms_min, wanted_bedrooms_max, wanted_features,
  must_haves, source, null::jsonb as source_detail, lost_reason, first_response_at, response_due_at, last_inbound_at, team_id, created_by,
  restricted_at, restriction_reason, erased_at, merged_into_id, version, doorstep.mask_phone(phone_e164) as phone_e164,
  doorstep.mask_phone(whatsapp_e164) as whatsapp_e164, doorstep.mask_email(email_normalized) as email_normalized, city_key, search,
  created_at, updated_at, rejected_property_ids
from public.prospects
where (select doorstep.my_role()) = 'sales_rep' and team_id = any ((select doorstep.my_team_ids())::uuid[])
  and assigned_to is null and merged_into_id is null and erased_at is null;
