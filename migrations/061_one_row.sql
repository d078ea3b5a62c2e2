-- Two rows become one without a mixed wish, and what an idempotency key keeps is changed by nobody.

-- Two rows, one person ----------------------------------------------------------------------------------------------
-- As before (056_prospect_care), but what is one statement is taken from one row: a budget's words with its numbers, a time
-- with its months, a place with its zone, a restriction with its reason. What the kept row says nothing of is the other's.

create or replace function doorstep.merge_prospects(kept uuid, other uuid, at timestamptz) returns text
language plpgsql security definer set search_path = ''
as $$
declare
  asker text := doorstep.my_role();
  a     public.prospects;
  b     public.prospects;
begin
  perform from public.prospects p where p.id in (kept, other) order by p.id for update;
  select * into a from public.prospects p where p.id = kept;
  select * into b from public.prospects p where p.id = other;
  if asker is null or a.id is null or not (doorstep.in_reach(a.team_id, a.assigned_to) or asker = 'qa_supervisor'
       or (asker = 'sales_rep' and a.assigned_to is null and a.team_id = any (doorstep.my_team_ids()))) then
    raise exception using errcode = 'P0002', message = 'prospect_not_found', detail = kept::text;
  elsif asker not in ('sales_rep', 'sales_manager', 'admin', 'operations') or (asker = 'sales_rep' and a.assigned_to is null) then
    perform doorstep.refuse_column('prospects', 'merged_into_id');
  elsif b.id is null or not doorstep.in_reach(b.team_id, b.assigned_to) then
    perform doorstep.refuse('DS400', 'unknown_reference', 'other');
  elsif kept = other then
    perform doorstep.refuse('DS409', 'merge_with_itself', other::text);
  elsif a.merged_into_id is not null or b.merged_into_id is not null or a.erased_at is not null or b.erased_at is not null then
    perform doorstep.refuse('DS409', 'prospect_gone', other::text);
  end if;
  if asker = 'sales_rep' then
    perform doorstep.audit('prospect.merge_proposed', 'prospects', kept, jsonb_build_object('other', other));
    return 'proposed';
  end if;
  perform doorstep.merge_consents(kept, other, at);
  perform doorstep.merge_children(kept, other, a.name);
  -- The shadow first: an address belongs to one living row.
  update public.prospects p set merged_into_id = kept where p.id = other;
  update public.prospects p set merged_into_id = kept where p.merged_into_id = other;
  update public.prospects p set
    email = coalesce(a.email, b.email), phone = coalesce(a.phone, b.phone), whatsapp = coalesce(a.whatsapp, b.whatsapp),
    budget = money.budget, budget_min = money.budget_min, budget_max = money.budget_max, budget_currency = money.budget_currency,
    city = coalesce(a.city, b.city), timeline = time.timeline, timeline_months_max = time.timeline_months_max,
    purpose = coalesce(a.purpose, b.purpose),
    wanted_types = case when a.wanted_types = '{}' then b.wanted_types else a.wanted_types end,
    wanted_bedrooms_min = rooms.wanted_bedrooms_min, wanted_bedrooms_max = rooms.wanted_bedrooms_max,
    wanted_features = case when a.wanted_features = '{}' then b.wanted_features else a.wanted_features end,
    preferred_channel = coalesce(a.preferred_channel, b.preferred_channel), language = coalesce(a.language, b.language),
    country = place.country, region = place.region, timezone = place.timezone,
    source = origin.source, source_detail = origin.source_detail, assigned_to = coalesce(a.assigned_to, b.assigned_to),
    rejected_property_ids = (select coalesce(array_agg(home.id), '{}') from (select distinct r.id
      from unnest(a.rejected_property_ids || b.rejected_property_ids) as r (id) order by r.id limit 500) as home),
    first_response_at = least(a.first_response_at, b.first_response_at), last_contact = greatest(a.last_contact, b.last_contact),
    last_inbound_at = greatest(a.last_inbound_at, b.last_inbound_at),
    restricted_at = restricted.restricted_at, restriction_reason = restricted.restriction_reason
  from (select (case when num_nonnulls(a.budget, a.budget_min, a.budget_max) > 0           then a else b end).*) as money,
       (select (case when num_nonnulls(a.timeline, a.timeline_months_max) > 0              then a else b end).*) as time,
       (select (case when num_nonnulls(a.wanted_bedrooms_min, a.wanted_bedrooms_max) > 0   then a else b end).*) as rooms,
       (select (case when num_nonnulls(a.country, a.region, a.timezone) > 0                then a else b end).*) as place,
       (select (case when a.source is not null                                             then a else b end).*) as origin,
       (select (case when a.restricted_at is not null                                      then a else b end).*) as restricted
  where p.id = kept;
  perform doorstep.audit('prospect.merged', 'prospects', kept, jsonb_build_object('other', other));
  return 'merged';
end
$$;

-- Answers that were kept ---------------------------------------------------------------------------------------------
-- The row is written once, with its effect, and a request that still runs holds a lock on its key: nothing was ever updated.

drop trigger idempotency_keys_1_protect on public.idempotency_keys;
drop policy own_update on public.idempotency_keys;
revoke update on public.idempotency_keys from authenticated, service_role;
comment on column public.idempotency_keys.status is 'Of the answer; while the first request is still running there is no row but a lock (409).';
comment on column public.idempotency_keys.request_hash is
  'Of the request, and of the role and the teams that its sender had: another of these under the same key is refused (422).';
