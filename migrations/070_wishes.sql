-- Whom a home suits: what the search for prospects narrows by. What a prospect wants follows from his row and from what was
-- understood of him by rules that the program alone has. So a change only says here that he is to be read anew, in its own
-- transaction, and the program then writes down what he wants. Until then the search takes him for a candidate in any case.
--
-- Whoever writes wishes of a prospect holds his row of stale_wishes, so nobody waits in a circle.

create table doorstep.wish_places (
  id         integer generated always as identity primary key,
  place      text not null,
  region     text not null,
  created_at timestamptz not null default now(),
  constraint wish_places_once unique (place, region)
);
comment on table doorstep.wish_places is 'Every place and region that some prospect wants, in the one spelling of the program; empty where there is none.';

create table doorstep.prospect_wishes (
  prospect_id     uuid not null constraint prospect_wishes_prospect_id_fkey references public.prospects on delete cascade,
  spoken          boolean not null,
  amended         boolean not null,
  team_id         uuid not null,
  assigned_to     uuid,
  place_id        integer not null constraint prospect_wishes_place_id_fkey references doorstep.wish_places,
  offer           text,
  types           integer not null,
  bedrooms_min    integer,
  bedrooms_max    integer,
  features        text[] not null,
  must_haves      integer not null,
  rejected        uuid[] not null,
  budget_min      numeric,
  budget_max      numeric,
  budget_currency text,
  created_at      timestamptz not null default now(),
  constraint prospect_wishes_pkey primary key (prospect_id, spoken)
);
comment on table  doorstep.prospect_wishes is 'What the prospects who look for a home want, as the search narrows them. Written by the program.';
comment on column doorstep.prospect_wishes.spoken is 'With what was understood of him, for those who may read that; else of his row alone.';
comment on column doorstep.prospect_wishes.amended is 'Of the row that is not spoken: there is another that is.';
comment on column doorstep.prospect_wishes.types is 'The wanted types as bits: villa 1, apartment 2, penthouse 4, townhouse 8; 0 where unknown.';
comment on column doorstep.prospect_wishes.must_haves is 'What must be met as bits: price 1, city 2, type 4, bedrooms 8, features 16.';
create index prospect_wishes_shape_idx on doorstep.prospect_wishes (place_id, types, bedrooms_min, bedrooms_max);
create index prospect_wishes_owner_idx on doorstep.prospect_wishes (assigned_to, place_id) where assigned_to is not null;
create index prospect_wishes_team_idx  on doorstep.prospect_wishes (team_id, place_id);

create table doorstep.stale_wishes (
  prospect_id uuid primary key,
  marked_at   timestamptz not null default now()
);
comment on table doorstep.stale_wishes is 'The prospects whose wishes are to be read anew. Without a foreign key: a deletion must not wait for the reader.';
create index stale_wishes_marked_idx on doorstep.stale_wishes (marked_at);

-- Waits for whoever reads the wishes of the same prospect at this moment: what it writes would be out of date.
create function doorstep.mark_wishes(prospects uuid[]) returns void
language sql volatile set search_path = ''
as $$
  insert into doorstep.stale_wishes as s (prospect_id)
    select distinct p.id from unnest(prospects) as p (id) where p.id is not null order by p.id
  on conflict (prospect_id) do update set marked_at = excluded.marked_at;
  delete from doorstep.prospect_wishes w where w.prospect_id = any (prospects);
$$;

create function doorstep.wishes_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  changed uuid[];
begin
  if tg_table_name = 'prospects' and tg_op = 'INSERT' then
    -- Nobody has read him yet, so there is nothing to wait for and nothing to delete.
    insert into doorstep.stale_wishes (prospect_id) select n.id from new_rows n on conflict do nothing;
    return null;
  elsif tg_table_name = 'prospects' then
    changed := array(select n.id from new_rows n join old_rows o on o.id = n.id
      where (n.team_id, n.assigned_to, n.status in ('closed', 'lost'), n.merged_into_id, n.erased_at is null, n.restricted_at is null,
             n.purpose, n.budget, n.budget_min, n.budget_max, n.budget_currency, n.city, n.region, n.wanted_types,
             n.wanted_bedrooms_min, n.wanted_bedrooms_max, n.wanted_features, n.must_haves, n.rejected_property_ids)
        is distinct from
            (o.team_id, o.assigned_to, o.status in ('closed', 'lost'), o.merged_into_id, o.erased_at is null, o.restricted_at is null,
             o.purpose, o.budget, o.budget_min, o.budget_max, o.budget_currency, o.city, o.region, o.wanted_types,
             o.wanted_bedrooms_min, o.wanted_bedrooms_max, o.wanted_features, o.must_haves, o.rejected_property_ids));
  elsif tg_op = 'INSERT' then
    changed := array(select n.prospect_id from new_rows n);
  elsif tg_op = 'UPDATE' then
    changed := array(select n.prospect_id from new_rows n union all select o.prospect_id from old_rows o);
  else
    changed := array(select o.prospect_id from old_rows o);
  end if;
  if cardinality(changed) > 0 then
    perform doorstep.mark_wishes(changed);
  end if;
  return null;
end
$$;
revoke all on function doorstep.mark_wishes(uuid[]), doorstep.wishes_changed() from public, anon, authenticated, service_role;
grant execute on function doorstep.mark_wishes(uuid[]) to doorstep_definer;
alter function doorstep.wishes_changed() owner to doorstep_definer;

create trigger prospects_wishes_insert after insert on public.prospects
  referencing new table as new_rows for each statement execute function doorstep.wishes_changed();
create trigger prospects_wishes_update after update on public.prospects
  referencing old table as old_rows new table as new_rows for each statement execute function doorstep.wishes_changed();
create trigger detected_entities_wishes_insert after insert on public.detected_entities
  referencing new table as new_rows for each statement execute function doorstep.wishes_changed();
create trigger detected_entities_wishes_update after update on public.detected_entities
  referencing old table as old_rows new table as new_rows for each statement execute function doorstep.wishes_changed();
create trigger detected_entities_wishes_delete after delete on public.detected_entities
  referencing old table as old_rows for each statement execute function doorstep.wishes_changed();

-- Rights -----------------------------------------------------------------------------------------------------------

do $rights$
declare
  relation text;
begin
  foreach relation in array array['wish_places', 'prospect_wishes', 'stale_wishes'] loop
    execute format('alter table doorstep.%I enable row level security', relation);
    execute format('alter table doorstep.%I force row level security', relation);
    execute format('revoke all on doorstep.%I from public, anon, authenticated, service_role', relation);
    execute format('create policy owner_all on doorstep.%I to {{owner}} using (true) with check (true)', relation);
    execute format('create policy worker_all on doorstep.%I to worker using (true) with check (true)', relation);
  end loop;
end
$rights$;
grant select, insert         on doorstep.wish_places     to worker;
grant select, insert, delete on doorstep.prospect_wishes to worker;
grant select, update, delete on doorstep.stale_wishes    to worker;
grant select, delete         on doorstep.prospect_wishes to doorstep_definer;
grant select, insert, update on doorstep.stale_wishes    to doorstep_definer;
create policy definer_all on doorstep.prospect_wishes to doorstep_definer using (true) with check (true);
create policy definer_all on doorstep.stale_wishes    to doorstep_definer using (true) with check (true);

-- The prospects who are there already.
insert into doorstep.stale_wishes (prospect_id)
  select id from public.prospects
  where status not in ('closed', 'lost') and merged_into_id is null and erased_at is null and restricted_at is null;
