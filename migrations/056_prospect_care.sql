-- The first answer to a prospect, and two rows that turn out to be one person.

-- The first answer --------------------------------------------------------------------------------------------------

insert into doorstep.settings (name, value) values ('first_response_minutes', '60');
comment on column public.prospects.response_due_at is 'Setting first_response_minutes after he was entered, where nothing else is said.';
comment on column public.prospects.first_response_at is 'From the first outbound contact, or the first answer in a conversation that he began. Written once.';

create function doorstep.prospects_response_due() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  new.response_due_at := coalesce(new.created_at, doorstep.request_now()) + make_interval(mins => coalesce(
    (select (s.value #>> '{}')::integer from doorstep.settings s where s.name = 'first_response_minutes'), 60));
  return new;
end
$$;

-- An attempt that reached nobody's line is none.
create function doorstep.note_first_contact() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.prospects p set first_response_at = n.at
  from (select c.prospect_id, min(coalesce(c.started_at, c."timestamp")) as at from new_rows c
        where c.direction = 'outbound' and c.outcome not in ('placeholder', 'failed', 'invalid_number') group by c.prospect_id) as n
  where p.id = n.prospect_id and p.first_response_at is null;
  return null;
end
$$;

create function doorstep.note_first_answer() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.prospects p set first_response_at = n.at
  from (select m.prospect_id, min(m."timestamp") as at from new_rows m
        where m.speaker in ('agent', 'rep') and m.visibility = 'public' group by m.prospect_id) as n
  where p.id = n.prospect_id and p.first_response_at is null;
  return null;
end
$$;
revoke all on function doorstep.prospects_response_due(), doorstep.note_first_contact(), doorstep.note_first_answer()
  from public, anon, authenticated, service_role;
alter function doorstep.prospects_response_due() owner to doorstep_definer;
alter function doorstep.note_first_contact()     owner to doorstep_definer;
alter function doorstep.note_first_answer()      owner to doorstep_definer;

create trigger prospects_response_due before insert on public.prospects
  for each row when (new.response_due_at is null) execute function doorstep.prospects_response_due();
create trigger conversations_first_contact after insert on public.conversations
  referencing new table as new_rows for each statement execute function doorstep.note_first_contact();
create trigger transcript_messages_first_answer after insert on public.transcript_messages
  referencing new table as new_rows for each statement execute function doorstep.note_first_answer();

-- A message is no attempt ------------------------------------------------------------------------------------------
-- As before, but a conversation whose campaign, direction and outcome stay is left alone at once: each message counts up
-- its conversation, and the recount was the dearest part of storing one.

create or replace function doorstep.count_campaign_attempts() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  change record;
begin
  if tg_op = 'UPDATE' then
    if not exists (select from new_rows n join old_rows o on o.id = n.id
                   where (n.campaign_id, n.direction, n.outcome) is distinct from (o.campaign_id, o.direction, o.outcome)) then
      return null;
    end if;
  end if;
  for change in execute format(
    $q$ select r.campaign_id as id, sum(r.sign)::integer as attempts,
               coalesce(sum(r.sign) filter (where r.outcome not in ('invalid_number', 'failed')), 0)::integer as countable,
               coalesce(sum(r.sign) filter (where doorstep.is_connected(r.outcome)), 0)::integer as connected
        from (%s) as r
        where r.campaign_id is not null and r.direction <> 'inbound' and r.outcome <> 'placeholder'
        group by r.campaign_id order by r.campaign_id $q$,
    concat_ws(' union all ',
      case when tg_op <> 'DELETE' then 'select campaign_id, direction, outcome,  1 as sign from new_rows' end,
      case when tg_op <> 'INSERT' then 'select campaign_id, direction, outcome, -1 as sign from old_rows' end))
  loop
    continue when (change.attempts, change.countable, change.connected) = (0, 0, 0);
    update public.campaigns c
    set attempts = c.attempts + change.attempts,
        countable_attempts = c.countable_attempts + change.countable,
        connected_attempts = c.connected_attempts + change.connected,
        connect_rate = case when c.countable_attempts + change.countable > 0
          then round(100.0 * (c.connected_attempts + change.connected) / (c.countable_attempts + change.countable), 2) else 0 end
    where c.id = change.id;
  end loop;
  return null;
end
$$;

-- The view that the guards of appointments and packages ask ---------------------------------------------------------
-- They ask it for people alone, but PostgreSQL checks the right to it whoever runs them as soon as it keeps their plan:
-- without this the system's own roles are refused from the sixth row on a connection on.
grant select on public.conversations_metadata to service_role, worker, doorstep_definer;

-- Two rows, one person ----------------------------------------------------------------------------------------------

-- What hangs on a prospect follows him. What is append-only in what it says may still pass to the row that stands for
-- the same person; only merge_prospects() runs as the definer and touches it.
grant select, update on public.live_conversations, public.transcript_messages, public.agent_actions, public.agent_plan_steps,
  public.appointments, public.queued_leads, public.qualification_scores to doorstep_definer;
grant select, insert on public.consents to doorstep_definer;
drop policy if exists definer_all on public.agent_plan_steps;
create policy definer_all on public.agent_plan_steps     to doorstep_definer using (true) with check (true);
drop policy if exists definer_all on public.qualification_scores;
create policy definer_all on public.qualification_scores to doorstep_definer using (true) with check (true);
drop policy if exists definer_all on public.consents;
create policy definer_all on public.consents             to doorstep_definer using (true) with check (true);

drop trigger qualification_scores_append_only on public.qualification_scores;
create trigger qualification_scores_append_only before update or delete on public.qualification_scores
  for each row when (current_user <> 'doorstep_definer') execute function doorstep.append_only();

-- An appointment that is over does not change, except whose it is when two rows become one.
do $guard$
declare
  body   constant text := pg_get_functiondef('doorstep.appointments_guard()'::regprocedure);
  before constant text := 'if to_jsonb(new) - (closing || derived) is distinct from';
  after  constant text := 'if current_user <> ''doorstep_definer'' and to_jsonb(new) - (closing || derived) is distinct from';
begin
  if position(before in body) = 0 then
    raise exception 'appointments_guard() has no such line';
  end if;
  execute replace(body, before, after);
end
$guard$;

-- The strictest of what the two rows say of a channel and a purpose holds; where that is not what the newest row says,
-- it is written down as the newest.
create function doorstep.merge_consents(kept uuid, other uuid, at timestamptz) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.consents (prospect_id, channel, purpose, status, text_version, captured_at, method, evidence_ref, ip, user_agent,
                               source, expires_at, captured_by)
  select kept, c.channel, c.purpose, c.status, c.text_version, c.captured_at, c.method, c.evidence_ref, c.ip, c.user_agent,
         c.source, c.expires_at, c.captured_by
  from public.consents c where c.prospect_id = other order by c.captured_at, c.id;
  insert into public.consents (prospect_id, channel, purpose, status, captured_at, method, source)
  select kept, refused.channel, refused.purpose, refused.status, at, 'merge', 'merge'
  from (select distinct on (said.channel, said.purpose) said.channel, said.purpose, said.status
        from (select distinct on (c.prospect_id, c.channel, c.purpose) c.channel, c.purpose, c.status, c.captured_at
              from public.consents c where c.prospect_id in (kept, other)
              order by c.prospect_id, c.channel, c.purpose, c.captured_at desc, c.id desc) as said
        where said.status <> 'granted'
        order by said.channel, said.purpose, said.status = 'withdrawn' desc, said.captured_at desc) as refused;
end
$$;

-- "other" becomes a shadow of "kept". Of what only one row can have (one placeholder, one place in a run, one score of
-- the same inputs) the kept one's stays, and the other's stays with the shadow.
create function doorstep.merge_children(kept uuid, other uuid, kept_name text) returns void
language plpgsql security definer set search_path = ''
as $$
declare
  mine   uuid := (select c.id from public.conversations c where c.prospect_id = kept  and c.outcome = 'placeholder');
  theirs uuid := (select c.id from public.conversations c where c.prospect_id = other and c.outcome = 'placeholder');
begin
  if mine is not null and theirs is not null then
    update public.handoff_packages h set conversation_id = mine where h.conversation_id = theirs;
  end if;
  update public.conversations c set prospect_id = kept, prospect_name = kept_name
  where c.prospect_id = other and (mine is null or c.outcome <> 'placeholder');
  update public.live_conversations   t set prospect_id = kept, prospect_name = kept_name where t.prospect_id = other;
  update public.transcript_messages  t set prospect_id = kept where t.prospect_id = other;
  update public.agent_plan_steps     t set prospect_id = kept where t.prospect_id = other;
  update public.agent_actions        t set prospect_id = kept where t.prospect_id = other;
  update public.detected_entities    t set status = 'superseded'
  where t.prospect_id = other and t.status = 'confirmed'
    and exists (select from public.detected_entities e where e.prospect_id = kept and e.type = t.type and e.status = 'confirmed');
  update public.detected_entities    t set prospect_id = kept where t.prospect_id = other;
  update public.appointments         t set prospect_id = kept where t.prospect_id = other;
  update public.handoff_packages     t set prospect_id = kept where t.prospect_id = other;
  update public.suppressions         t set prospect_id = kept where t.prospect_id = other;
  update public.property_private     t set reserved_for_prospect_id = kept where t.reserved_for_prospect_id = other;
  update public.queued_leads         t set prospect_id = kept where t.prospect_id = other
    and not exists (select from public.queued_leads q where q.prospect_id = kept and q.campaign_run_id = t.campaign_run_id);
  update public.qualification_scores t set prospect_id = kept where t.prospect_id = other
    and not exists (select from public.qualification_scores s where s.prospect_id = kept
                      and s.inputs_hash = t.inputs_hash and s.model_version = t.model_version);
end
$$;

-- Answers 'merged', or 'proposed' for a rep, who may only say that two of his are one: his manager finds it in the audit.
create function doorstep.merge_prospects(kept uuid, other uuid, at timestamptz) returns text
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
    budget = coalesce(a.budget, b.budget), budget_currency = case when num_nonnulls(a.budget_min, a.budget_max) > 0 then a.budget_currency else b.budget_currency end,
    budget_min = case when num_nonnulls(a.budget_min, a.budget_max) > 0 then a.budget_min else b.budget_min end,
    budget_max = case when num_nonnulls(a.budget_min, a.budget_max) > 0 then a.budget_max else b.budget_max end,
    city = coalesce(a.city, b.city), timeline = coalesce(a.timeline, b.timeline),
    timeline_months_max = coalesce(a.timeline_months_max, b.timeline_months_max), purpose = coalesce(a.purpose, b.purpose),
    preferred_channel = coalesce(a.preferred_channel, b.preferred_channel), timezone = coalesce(a.timezone, b.timezone),
    country = coalesce(a.country, b.country), region = coalesce(a.region, b.region), language = coalesce(a.language, b.language),
    source = coalesce(a.source, b.source), source_detail = case when a.source is null then b.source_detail else a.source_detail end,
    assigned_to = coalesce(a.assigned_to, b.assigned_to),
    rejected_property_ids = (select coalesce(array_agg(home.id), '{}') from (select distinct r.id
      from unnest(a.rejected_property_ids || b.rejected_property_ids) as r (id) order by r.id limit 500) as home),
    first_response_at = least(a.first_response_at, b.first_response_at), last_contact = greatest(a.last_contact, b.last_contact),
    last_inbound_at = greatest(a.last_inbound_at, b.last_inbound_at),
    restricted_at = coalesce(a.restricted_at, b.restricted_at), restriction_reason = coalesce(a.restriction_reason, b.restriction_reason)
  where p.id = kept;
  perform doorstep.audit('prospect.merged', 'prospects', kept, jsonb_build_object('other', other));
  return 'merged';
end
$$;
revoke all on function doorstep.merge_consents(uuid, uuid, timestamptz), doorstep.merge_children(uuid, uuid, text),
  doorstep.merge_prospects(uuid, uuid, timestamptz) from public, anon, authenticated, service_role;
grant execute on function doorstep.merge_prospects(uuid, uuid, timestamptz) to authenticated;
alter function doorstep.merge_consents(uuid, uuid, timestamptz)  owner to doorstep_definer;
alter function doorstep.merge_children(uuid, uuid, text)         owner to doorstep_definer;
alter function doorstep.merge_prospects(uuid, uuid, timestamptz) owner to doorstep_definer;
