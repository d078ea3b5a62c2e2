-- Homes. Every column of properties is public for a home that is on the market; what is not public stands beside it.

create table public.properties (
  id                     uuid primary key default gen_random_uuid(),
  name                   text    not null constraint properties_name check (btrim(name) <> '' and length(name) <= 300),
  city                   text    not null constraint properties_city check (btrim(city) <> '' and length(city) <= 200),
  price_range            text    not null constraint properties_price_range check (length(price_range) <= 200),
  bedrooms               integer not null constraint properties_bedrooms check (bedrooms between 0 and 100),
  type                   text    not null constraint properties_type check (type in ('villa', 'apartment', 'penthouse', 'townhouse')),
  status                 text    not null default 'available' constraint properties_status check (status in ('available', 'reserved', 'sold')),
  image_url              text    constraint properties_image_url check (image_url ~* '^https?://[^[:space:]]+$' and length(image_url) <= 2000),
  description            text    not null constraint properties_description check (length(description) <= 20000),
  features               text[]  not null default '{}' constraint properties_features check (array_position(features, null) is null and cardinality(features) <= 200),
  offer                  text    not null default 'sale' constraint properties_offer check (offer in ('sale', 'rent')),
  list_price_low         numeric(14,2) constraint properties_list_price_low check (list_price_low >= 0),
  list_price_high        numeric(14,2) constraint properties_list_price_high check (list_price_high >= 0),
  currency               text    constraint properties_currency check (currency ~ '^[A-Z]{3}$'),
  bathrooms_total        integer constraint properties_bathrooms_total check (bathrooms_total between 0 and 100),
  living_area            numeric(12,2) constraint properties_living_area check (living_area > 0),
  living_area_units      text    constraint properties_living_area_units check (living_area_units in ('sqm', 'sqft')),
  latitude               double precision constraint properties_latitude check (latitude between -90 and 90),
  longitude              double precision constraint properties_longitude check (longitude between -180 and 180),
  country                text    constraint properties_country check (country ~ '^[A-Z]{2}$'),
  region                 text    constraint properties_region check (length(region) <= 200),
  district               text    constraint properties_district check (length(district) <= 200),
  postal_code            text    constraint properties_postal_code check (length(postal_code) <= 20),
  listing_key            text    constraint properties_listing_key_length check (length(listing_key) between 1 and 255)
                                 constraint properties_listing_key_key unique,
  listing_id             text    constraint properties_listing_id check (length(listing_id) <= 255),
  standard_status        text    not null default 'Active' constraint properties_standard_status check (standard_status in
                           ('Active', 'Active Under Contract', 'Canceled', 'Closed', 'Coming Soon', 'Delete', 'Expired',
                            'Hold', 'Incomplete', 'Pending', 'Withdrawn')),
  on_market_date         date,
  modification_timestamp timestamptz,
  version                integer not null default 1,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  city_key               text generated always as (doorstep.fold(city)) stored,
  search                 tsvector,
  constraint properties_price_order        check (list_price_low <= list_price_high),
  constraint properties_price_has_currency check (currency is not null or (list_price_low is null and list_price_high is null)),
  constraint properties_area_has_units     check (living_area_units is not null or living_area is null),
  constraint properties_statuses_agree     check ((status = 'reserved') = (standard_status in ('Active Under Contract', 'Pending', 'Hold'))
                                                  and (status = 'sold') = (standard_status = 'Closed'))
);
comment on table  public.properties is 'A home. Seen by everybody while status = available and standard_status = Active.';
comment on column public.properties.price_range is 'As existing clients show it; list_price_low, list_price_high and currency are what is computed with.';
comment on column public.properties.list_price_low is 'In units of currency (not in cents).';
comment on column public.properties.standard_status is 'RESO StandardStatus. Incomplete is a draft: its author, his managers, administrators and operations see it.';
comment on column public.properties.listing_key is 'RESO ListingKey: an import under the same key is an update.';
comment on column public.properties.city_key is 'doorstep.fold(city). A column, not an index on the expression: under RLS an index is used only for leakproof conditions, and text = text is one.';
comment on column public.properties.search is 'Words of name (A), city and district (B), features (C), description (D); filled by trigger.';

create index properties_created_at_idx on public.properties (created_at desc, id);
create index properties_city_idx       on public.properties (city_key, created_at desc, id);
create index properties_type_idx       on public.properties (type, created_at desc, id);
create index properties_status_idx     on public.properties (status, created_at desc, id);
create index properties_public_idx     on public.properties (created_at desc, id) where status = 'available' and standard_status = 'Active';
create index properties_search_idx     on public.properties using gin (search);

create table public.property_private (
  property_id              uuid primary key constraint property_private_property_id_fkey references public.properties (id) on delete cascade,
  reserved_for_prospect_id uuid,  -- 010 adds the reference
  reserved_until           timestamptz,
  list_agent_id            uuid constraint property_private_list_agent_id_fkey references public.users (id) on delete set null,
  created_by               uuid constraint property_private_created_by_fkey references public.users (id) on delete set null,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now()
);
comment on table  public.property_private is 'One row per home, made with it: who has it reserved, whose listing it is. Beside the table and not in it, so that the public may "select *".';
comment on column public.property_private.reserved_until is 'Seven days after the reservation where nothing else is said; a job makes the home available again.';
comment on column public.property_private.created_by is 'Together with list_agent_id: whose listing it is. A manager edits the listings of his people.';

create index property_private_reserved_for_idx   on public.property_private (reserved_for_prospect_id) where reserved_for_prospect_id is not null;
create index property_private_reserved_until_idx on public.property_private (reserved_until)           where reserved_until is not null;
create index property_private_list_agent_idx     on public.property_private (list_agent_id);
create index property_private_created_by_idx     on public.property_private (created_by);

create table public.property_history (
  id          bigint generated always as identity primary key,
  property_id uuid not null,  -- no reference: the history outlives the home
  field       text not null constraint property_history_field check (field in
                ('status', 'standard_status', 'price_range', 'list_price_low', 'list_price_high', 'currency')),
  old_value   text,
  new_value   text,
  actor       uuid,
  created_at  timestamptz not null default now()
);
comment on table public.property_history is 'Append-only: each change of price or status, with who made it (NULL: a system job).';
create index property_history_property_idx on public.property_history (property_id, created_at desc, id desc);

-- Triggers ---------------------------------------------------------------------------------------------------------

-- The two statuses move together, whichever of them was written. `search` is no generated column because
-- array_to_string() is not IMMUTABLE.
create function doorstep.properties_before_write() returns trigger
language plpgsql set search_path = ''
as $$
declare
  written text := 'status';
begin
  if tg_op = 'UPDATE' then
    new.version := old.version + 1;
    if new.status = old.status and new.standard_status <> old.standard_status then
      written := 'standard_status';
    end if;
  elsif new.status = 'available' then
    written := 'standard_status';
  end if;

  if written = 'standard_status' then
    new.status := case when new.standard_status in ('Active Under Contract', 'Pending', 'Hold') then 'reserved'
                       when new.standard_status = 'Closed' then 'sold'
                       else 'available' end;
  elsif new.status = 'reserved' and new.standard_status not in ('Active Under Contract', 'Pending', 'Hold') then
    new.standard_status := 'Hold';
  elsif new.status = 'sold' then
    new.standard_status := 'Closed';
  elsif new.status = 'available' and new.standard_status in ('Active Under Contract', 'Pending', 'Hold', 'Closed') then
    new.standard_status := 'Active';
  end if;

  if tg_op = 'INSERT'
     or (new.name, new.city, new.district, new.features, new.description)
        is distinct from (old.name, old.city, old.district, old.features, old.description) then
    new.search := setweight(to_tsvector('pg_catalog.simple', doorstep.words(new.name)), 'A')
               || setweight(to_tsvector('pg_catalog.simple', doorstep.words(new.city || ' ' || coalesce(new.district, ''))), 'B')
               || setweight(to_tsvector('pg_catalog.simple', doorstep.words(array_to_string(new.features, ' '))), 'C')
               || setweight(to_tsvector('pg_catalog.simple', doorstep.words(new.description)), 'D');
  end if;
  return new;
end
$$;

-- The side row and the history. A reservation that says no end gets seven days; leaving it clears it.
create function doorstep.properties_after_write() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into public.property_private (property_id, created_by, reserved_until)
    values (new.id,
            (select u.id from public.users u where u.id = auth.uid()),
            case when new.status = 'reserved' then doorstep.request_now() + interval '7 days' end);
    return null;
  end if;

  if new.status <> old.status then
    if new.status = 'reserved' then
      update public.property_private
      set reserved_until = doorstep.request_now() + interval '7 days'
      where property_id = new.id and reserved_until is null;
    else
      update public.property_private
      set reserved_until = null, reserved_for_prospect_id = null
      where property_id = new.id and (reserved_until is not null or reserved_for_prospect_id is not null);
    end if;
  end if;

  insert into public.property_history (property_id, field, old_value, new_value, actor)
  select new.id, c.field, c.old_value, c.new_value, auth.uid()
  from (values ('status',          old.status,                new.status),
               ('standard_status', old.standard_status,       new.standard_status),
               ('price_range',     old.price_range,           new.price_range),
               ('list_price_low',  old.list_price_low::text,  new.list_price_low::text),
               ('list_price_high', old.list_price_high::text, new.list_price_high::text),
               ('currency',        old.currency,              new.currency)) as c (field, old_value, new_value)
  where c.old_value is distinct from c.new_value;
  return null;
end
$$;

-- A person or prospect whom the caller cannot see is refused exactly like one who does not exist.
create function doorstep.property_private_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.list_agent_id is not null and new.list_agent_id is distinct from old.list_agent_id
     and not exists (select from public.users u where u.id = new.list_agent_id) then
    raise exception 'insert or update on table "property_private" violates foreign key constraint "property_private_list_agent_id_fkey"'
      using errcode = '23503', constraint = 'property_private_list_agent_id_fkey', table = 'property_private', schema = 'public';
  end if;
  if new.reserved_for_prospect_id is not null
     and new.reserved_for_prospect_id is distinct from old.reserved_for_prospect_id
     and not exists (select from public.prospects p where p.id = new.reserved_for_prospect_id) then
    raise exception 'insert or update on table "property_private" violates foreign key constraint "property_private_reserved_for_prospect_id_fkey"'
      using errcode = '23503', constraint = 'property_private_reserved_for_prospect_id_fkey', table = 'property_private', schema = 'public';
  end if;
  return new;
end
$$;

-- Whoever shows a home shows its side row with it: a change of the one is an event of the other.
create function doorstep.emit_property_event() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.events (noun, row_id, kind, actor)
  select 'properties', n.property_id, 'updated', (select auth.uid())
  from new_rows n join old_rows o on o.property_id = n.property_id
  where to_jsonb(n) - 'updated_at' is distinct from to_jsonb(o) - 'updated_at';
  return null;
end
$$;

revoke all on function
  doorstep.properties_before_write(), doorstep.properties_after_write(), doorstep.property_private_guard(), doorstep.emit_property_event()
from public, anon, authenticated, service_role;
alter function doorstep.properties_after_write() owner to doorstep_definer;
alter function doorstep.emit_property_event()    owner to doorstep_definer;

create trigger properties_1_protect     before update on public.properties
  for each row execute function doorstep.protect_columns('id', 'created_at');
create trigger properties_2_write       before insert or update on public.properties
  for each row execute function doorstep.properties_before_write();
create trigger properties_4_updated_at  before update on public.properties
  for each row execute function public.update_updated_at_column();
create trigger properties_written       after insert or update on public.properties
  for each row execute function doorstep.properties_after_write();

create trigger property_private_1_protect    before update on public.property_private
  for each row execute function doorstep.protect_columns('property_id', 'created_by', 'created_at');
create trigger property_private_2_guard      before update of list_agent_id, reserved_for_prospect_id on public.property_private
  for each row execute function doorstep.property_private_guard();
create trigger property_private_4_updated_at before update on public.property_private
  for each row execute function public.update_updated_at_column();

create trigger property_history_append_only before update or delete on public.property_history
  for each row execute function doorstep.append_only();
create trigger property_history_no_truncate before truncate on public.property_history
  for each statement execute function doorstep.append_only();

select doorstep.watch('public.properties');
create trigger property_private_updated after update on public.property_private
  referencing old table as old_rows new table as new_rows
  for each statement execute function doorstep.emit_property_event();

-- Search -----------------------------------------------------------------------------------------------------------

-- `search @@ …` is not leakproof, so under RLS it never uses the index. This function finds the ids; the caller joins
-- them with the table and sees what his policies let him see:
--   select p.* from public.properties p join doorstep.properties_matching($1) m using (id) order by m.rank desc, p.id
create function doorstep.properties_matching(q text) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = '' rows 50
as $$
declare
  query constant tsquery := doorstep.search_query(q);
begin
  return query
    select p.id, ts_rank(p.search, query) from public.properties p where p.search @@ query;
end
$$;
revoke all on function doorstep.properties_matching(text) from public, anon, authenticated, service_role;
grant execute on function doorstep.properties_matching(text) to anon, authenticated, service_role, worker;
alter function doorstep.properties_matching(text) owner to doorstep_definer;

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.properties       enable row level security;
alter table public.properties       force row level security;
alter table public.property_private enable row level security;
alter table public.property_private force row level security;
alter table public.property_history enable row level security;
alter table public.property_history force row level security;

revoke all on public.properties, public.property_private, public.property_history from public, anon, authenticated, service_role;

grant select                         on public.properties       to anon;
grant select, insert, update, delete on public.properties       to authenticated, service_role;
grant select, update                 on public.properties       to worker;
grant select                         on public.properties       to doorstep_definer;
grant select, update                 on public.property_private to authenticated, service_role, worker;
grant select, insert, update         on public.property_private to doorstep_definer;
grant select                         on public.property_history to authenticated, service_role, worker;
grant insert                         on public.property_history to doorstep_definer;

create policy owner_all      on public.properties            to {{owner}}    using (true) with check (true);
create policy service_all    on public.properties            to service_role using (true) with check (true);
create policy worker_select  on public.properties for select to worker       using (true);
create policy worker_update  on public.properties for update to worker       using (true) with check (true);
create policy definer_select on public.properties for select to doorstep_definer using (true);

create policy public_select                on public.properties for select to anon, authenticated
  using (status = 'available' and standard_status = 'Active');
-- Whoever was let in, of any role.
create policy staff_select                 on public.properties for select to authenticated
  using ((select doorstep.my_role()) is not null);
create policy sales_rep_insert_draft       on public.properties for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep' and standard_status = 'Incomplete');
create policy sales_manager_insert         on public.properties for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager');
create policy sales_manager_update_team    on public.properties for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.property_private p where p.property_id = properties.id
                     and (p.created_by    = any ((select doorstep.led_user_ids())::uuid[])
                       or p.list_agent_id = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager');
create policy admin_insert                 on public.properties for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy admin_update                 on public.properties for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy admin_delete                 on public.properties for delete to authenticated using ((select doorstep.my_role()) = 'admin');
create policy operations_insert            on public.properties for insert to authenticated with check ((select doorstep.my_role()) = 'operations');
create policy operations_update            on public.properties for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');
-- "If unreferenced" is what the references of the later files say (RESTRICT).
create policy operations_delete            on public.properties for delete to authenticated using ((select doorstep.my_role()) = 'operations');

create policy owner_all                    on public.property_private            to {{owner}}        using (true) with check (true);
create policy service_all                  on public.property_private            to service_role     using (true) with check (true);
create policy definer_all                  on public.property_private            to doorstep_definer using (true) with check (true);
create policy worker_all                   on public.property_private            to worker           using (true) with check (true);
-- No subquery on properties in these: its policies ask this table.
create policy staff_select                 on public.property_private for select to authenticated using ((select doorstep.my_role()) is not null);
create policy sales_manager_update_team    on public.property_private for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (created_by = any ((select doorstep.led_user_ids())::uuid[]) or list_agent_id = any ((select doorstep.led_user_ids())::uuid[])))
  with check ((select doorstep.my_role()) = 'sales_manager');
create policy admin_update                 on public.property_private for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy operations_update            on public.property_private for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');

create policy owner_all      on public.property_history            to {{owner}}        using (true) with check (true);
create policy service_select on public.property_history for select to service_role     using (true);
create policy worker_select  on public.property_history for select to worker           using (true);
create policy definer_insert on public.property_history for insert to doorstep_definer with check (true);
create policy staff_select   on public.property_history for select to authenticated
  using ((select doorstep.my_role()) is not null and exists (select from public.properties p where p.id = property_id));
