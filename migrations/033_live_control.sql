-- Who speaks in a live conversation: take over, return, transfer, say something, end.
--
-- Each verb locks the row, compares the epoch that the caller knew with the one that holds, and counts it up: of a
-- hundred callers one finds his. Each transition is one audit row and, by the table's trigger, one event.
-- The row is locked FOR NO KEY UPDATE: a message that is entered meanwhile holds its key, and waits for nobody.

grant update on public.live_conversations          to doorstep_definer;
grant insert on public.transcript_messages         to doorstep_definer;
grant insert on public.suppressions                to doorstep_definer;
grant select, insert on public.consents            to doorstep_definer;
grant update on public.queued_leads                to doorstep_definer;
create policy definer_all on public.consents to doorstep_definer using (true) with check (true);

-- What a live conversation is to the caller: 'own' (his prospect's, or controlled by him or by those he leads), 'offered'
-- (the handoff that goes with it is), 'seen', or NULL.
create function doorstep.live_standing(live public.live_conversations) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  asker   text := doorstep.my_role();
  held    record;
  package public.handoff_packages;
begin
  select p.team_id, p.assigned_to into held from public.prospects p where p.id = live.prospect_id;
  if asker in ('sales_rep', 'sales_manager') then
    if doorstep.in_reach(held.team_id, held.assigned_to) or live.controller_user_id = auth.uid()
       or (asker = 'sales_manager' and live.controller_user_id = any (doorstep.led_user_ids())) then
      return 'own';
    end if;
    select h.* into package from public.handoff_packages h where h.id = live.handoff_package_id;
    return case when found and doorstep.handoff_standing(package) in ('own', 'offered') then 'offered' end;
  end if;
  return case when asker is not null then 'seen' end;
end
$$;

-- Locks a live conversation for a verb: visible (P0002), then one of those who may (42501), then not stale (DS409).
create function doorstep.live_for(live uuid, may text[], epoch bigint) returns public.live_conversations
language plpgsql security definer set search_path = ''
as $$
declare
  talk  public.live_conversations;
  asker text := doorstep.my_role();
begin
  select l.* into talk from public.live_conversations l where l.id = live for no key update;
  if not found or doorstep.live_standing(talk) is null then
    raise exception using errcode = 'P0002', message = 'live_conversation_not_found', detail = live::text;
  end if;
  if not (asker = any (may) or (asker = 'sales_rep' and 'controller' = any (may) and talk.controller = 'human'
                                and talk.controller_user_id = auth.uid())) then
    perform doorstep.refuse_column('live_conversations', 'controller');
  elsif epoch <> talk.control_epoch then
    perform doorstep.refuse('DS409', 'stale_epoch', 'epoch');
  end if;
  return talk;
end
$$;

-- What the caller is shown of a row that he acted on: operations see the state alone.
create function doorstep.live_shown(live public.live_conversations) returns public.live_conversations
language plpgsql stable set search_path = ''
as $$
begin
  if doorstep.my_role() = 'operations' then
    live.next_best_question := null;
    live.sentiment := null;
  end if;
  return live;
end
$$;

-- In one call at a time: said before the index says it, and in its words.
create function doorstep.live_one_call(talk public.live_conversations, person uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if talk.channel = 'phone' and exists (
       select from public.live_conversations l
       where l.controller_user_id = person and l.controller = 'human' and l.channel = 'phone' and l.status <> 'ended' and l.id <> talk.id) then
    perform doorstep.refuse('DS409', 'has_another_call', person::text);
  end if;
end
$$;

-- Whether a suppression that holds everywhere keeps the desk from writing or calling here.
create function doorstep.live_suppressed(talk public.live_conversations, at timestamptz) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from public.suppressions s
                 where s.prospect_id = talk.prospect_id and s.lifted_at is null and s.effective_at <= at
                   and s.scope <> 'campaign' and s.channel in ('all', talk.channel))
$$;

-- Control passes to the caller: of an agent's conversation to whoever may, of a person's to a manager alone.
create function doorstep.live_take(talk public.live_conversations, at timestamptz) returns public.live_conversations
language plpgsql security definer set search_path = ''
as $$
declare
  me    constant uuid := auth.uid();
  taken public.live_conversations;
begin
  if talk.state in ('wrap_up', 'ended') then
    perform doorstep.refuse('DS409', 'conversation_over', talk.id::text);
  elsif talk.state = 'human_active' and (talk.controller_user_id = me or doorstep.my_role() <> 'sales_manager') then
    perform doorstep.refuse('DS409', 'already_controlled', talk.id::text);
  elsif talk.state = 'paused' then
    perform doorstep.refuse('DS409', 'conversation_paused', talk.id::text);
  end if;
  perform doorstep.live_one_call(talk, me);
  perform set_config('request.now', at::text, true);
  update public.live_conversations l
  set state = 'human_active', controller = 'human', controller_user_id = me, control_epoch = l.control_epoch + 1,
      agent_state = 'idle', waiting_since = null,
      status = case when l.status = 'waiting' then 'connected' else l.status end
  where l.id = talk.id returning l.* into taken;
  update public.handoff_packages h set status = 'claimed', claimed_by = me, claimed_at = at
  where h.id = talk.handoff_package_id and h.status = 'pending';
  perform doorstep.audit('live_conversation.taken_over', 'live_conversations', talk.id,
    jsonb_build_object('from', talk.state, 'from_user', talk.controller_user_id, 'epoch', taken.control_epoch));
  return taken;
end
$$;

create function doorstep.take_over_live(live uuid, epoch bigint, at timestamptz) returns setof public.live_conversations
language plpgsql security definer set search_path = ''
as $$
begin
  return query select shown.* from doorstep.live_shown(doorstep.live_take(doorstep.live_for(live, '{sales_rep,sales_manager}', epoch), at)) as shown;
end
$$;

-- Back to the agent, with a note that it can read.
create function doorstep.return_live(live uuid, epoch bigint, reason text, at timestamptz) returns setof public.live_conversations
language plpgsql security definer set search_path = ''
as $$
declare
  talk     public.live_conversations := doorstep.live_for(live, '{sales_manager,controller}', epoch);
  returned public.live_conversations;
begin
  if talk.state <> 'human_active' then
    perform doorstep.refuse('DS409', case when talk.state in ('wrap_up', 'ended') then 'conversation_over' else 'not_controlled' end, live::text);
  elsif doorstep.live_suppressed(talk, at) then
    perform doorstep.refuse('DS422', 'suppressed', '');
  elsif (select c.status from public.consents c where c.prospect_id = talk.prospect_id and c.channel = talk.channel and c.purpose = 'ai_voice'
         order by c.captured_at desc, c.id desc limit 1) in ('denied', 'withdrawn') then
    perform doorstep.refuse('DS422', 'agent_refused', '');
  end if;
  perform set_config('request.now', at::text, true);
  update public.live_conversations l
  set state = 'ai_active', controller = 'ai', controller_user_id = null, control_epoch = l.control_epoch + 1
  where l.id = live returning l.* into returned;
  insert into public.transcript_messages (live_conversation_id, "timestamp", speaker, message, visibility, sender_user_id, control_epoch)
  select live, at, 'system', concat(u.name, ' returned the conversation to the agent', ': ' || nullif(btrim(reason), ''), '.'),
         'internal', u.id, returned.control_epoch
  from public.users u where u.id = auth.uid();
  perform doorstep.audit('live_conversation.returned', 'live_conversations', live,
    jsonb_build_object('from_user', talk.controller_user_id, 'reason', reason, 'epoch', returned.control_epoch));
  return query select shown.* from doorstep.live_shown(returned) as shown;
end
$$;

-- From person to person.
create function doorstep.transfer_live(live uuid, epoch bigint, assignee uuid, at timestamptz) returns setof public.live_conversations
language plpgsql security definer set search_path = ''
as $$
declare
  talk  public.live_conversations := doorstep.live_for(live, '{sales_manager,operations}', epoch);
  moved public.live_conversations;
begin
  if assignee is null then
    perform doorstep.refuse('DS400', 'user_required', 'user_id');
  end if;
  perform doorstep.check_assignee(assignee, 'live_conversations', 'controller_user_id');
  if exists (select from public.users u where u.id = assignee and u.out_of_office_until > at) then
    perform doorstep.refuse('DS422', 'assignee_away', 'user_id');
  elsif talk.state <> 'human_active' then
    perform doorstep.refuse('DS409', case when talk.state in ('wrap_up', 'ended') then 'conversation_over' else 'not_controlled' end, live::text);
  elsif talk.controller_user_id = assignee then
    perform doorstep.refuse('DS409', 'already_controlled', live::text);
  end if;
  perform doorstep.live_one_call(talk, assignee);
  perform set_config('request.now', at::text, true);
  update public.live_conversations l set controller_user_id = assignee, control_epoch = l.control_epoch + 1
  where l.id = live returning l.* into moved;
  perform doorstep.audit('live_conversation.transferred', 'live_conversations', live,
    jsonb_build_object('from_user', talk.controller_user_id, 'to_user', assignee, 'epoch', moved.control_epoch));
  return query select shown.* from doorstep.live_shown(moved) as shown;
end
$$;

-- A person says something. In public he takes over with it, unless he has; a note stays in the house and takes nothing.
create function doorstep.speak_live(live uuid, epoch bigint, message text, visibility text, at timestamptz) returns setof public.transcript_messages
language plpgsql security definer set search_path = ''
as $$
declare
  talk public.live_conversations := doorstep.live_for(live, '{sales_rep,sales_manager}', epoch);
begin
  if visibility = 'public' then
    if talk.state in ('wrap_up', 'ended') then
      perform doorstep.refuse('DS409', 'conversation_over', live::text);
    elsif doorstep.live_suppressed(talk, at) then
      perform doorstep.refuse('DS422', 'suppressed', '');
    elsif talk.channel = 'whatsapp' and coalesce(talk.channel_window_expires_at, talk.last_inbound_at + interval '24 hours') <= at then
      perform doorstep.refuse('DS422', 'channel_window_closed', '');
    end if;
    if talk.controller_user_id is distinct from auth.uid() or talk.state <> 'human_active' then
      talk := doorstep.live_take(talk, at);
    end if;
  end if;
  return query
    insert into public.transcript_messages (live_conversation_id, "timestamp", speaker, message, visibility, sender_user_id, control_epoch)
    values (live, at, 'rep', speak_live.message, speak_live.visibility, auth.uid(), talk.control_epoch)
    returning *;
  if visibility = 'public' then
    update public.live_conversations l set last_outbound_at = at, waiting_since = null where l.id = live;
  end if;
end
$$;

-- Over, with what came of it. Whoever opts out is suppressed first: everywhere, at once.
create function doorstep.end_live(live uuid, epoch bigint, outcome text, at timestamptz) returns setof public.live_conversations
language plpgsql security definer set search_path = ''
as $$
declare
  talk  public.live_conversations := doorstep.live_for(live, '{sales_manager,compliance_officer,controller}', epoch);
  ended public.live_conversations;
begin
  if outcome is null then
    perform doorstep.refuse('DS400', 'outcome_required', 'outcome');
  elsif outcome in ('placeholder', 'in_progress') then
    perform doorstep.refuse('DS400', 'unknown_outcome', 'outcome');
  elsif talk.state = 'ended' then
    perform doorstep.refuse('DS409', 'conversation_over', live::text);
  end if;
  perform set_config('request.now', at::text, true);
  if outcome = 'opted_out' then
    perform doorstep.live_opt_out(talk, at);
  end if;
  -- The last to control it stays named: the next message within a day goes to him.
  update public.live_conversations l
  set state = 'ended', status = 'ended', control_epoch = l.control_epoch + 1, agent_state = 'idle', waiting_since = null,
      ended_at = greatest(at, l.started_at), duration = greatest(0, extract(epoch from at - l.started_at))::integer
  where l.id = live returning l.* into ended;
  update public.conversations c
  set outcome = end_live.outcome, status = 'closed', ended_at = greatest(at, c.started_at), duration = ended.duration, version = c.version + 1
  where c.id = talk.conversation_id;
  perform doorstep.audit('live_conversation.ended', 'live_conversations', live,
    jsonb_build_object('from', talk.state, 'outcome', outcome, 'epoch', ended.control_epoch));
  return query select shown.* from doorstep.live_shown(ended) as shown;
end
$$;

-- Suppression on every channel, consent withdrawn, nothing planned any more.
create function doorstep.live_opt_out(talk public.live_conversations, at timestamptz) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.suppressions (prospect_id, channel, reason, effective_at, recorded_by)
  select talk.prospect_id, 'all', 'verbal', at, auth.uid()
  where not exists (select from public.suppressions s where s.prospect_id = talk.prospect_id and s.channel = 'all'
                    and s.scope <> 'campaign' and s.lifted_at is null and s.effective_at <= at);
  insert into public.consents (prospect_id, channel, purpose, status, captured_at, method, evidence_ref, captured_by)
  select talk.prospect_id, c.channel, c.purpose, 'withdrawn', at, 'live_conversation', talk.id::text, auth.uid()
  from (select distinct on (c.channel, c.purpose) c.channel, c.purpose, c.status from public.consents c
        where c.prospect_id = talk.prospect_id and c.captured_at <= at
        order by c.channel, c.purpose, c.captured_at desc, c.id desc) as c
  where c.status = 'granted' and c.purpose in ('marketing', 'ai_voice');
  update public.queued_leads q set status = 'opted_out'
  where q.prospect_id = talk.prospect_id
    and q.status not in ('completed', 'failed', 'exhausted', 'skipped', 'opted_out', 'cancelled');
end
$$;

revoke all on function
  doorstep.live_standing(public.live_conversations), doorstep.live_for(uuid, text[], bigint), doorstep.live_shown(public.live_conversations),
  doorstep.live_one_call(public.live_conversations, uuid), doorstep.live_suppressed(public.live_conversations, timestamptz),
  doorstep.live_take(public.live_conversations, timestamptz), doorstep.live_opt_out(public.live_conversations, timestamptz),
  doorstep.take_over_live(uuid, bigint, timestamptz), doorstep.return_live(uuid, bigint, text, timestamptz),
  doorstep.transfer_live(uuid, bigint, uuid, timestamptz), doorstep.speak_live(uuid, bigint, text, text, timestamptz),
  doorstep.end_live(uuid, bigint, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function doorstep.live_shown(public.live_conversations) to doorstep_definer;
grant execute on function
  doorstep.take_over_live(uuid, bigint, timestamptz), doorstep.return_live(uuid, bigint, text, timestamptz),
  doorstep.transfer_live(uuid, bigint, uuid, timestamptz), doorstep.speak_live(uuid, bigint, text, text, timestamptz),
  doorstep.end_live(uuid, bigint, text, timestamptz)
to authenticated;
alter function doorstep.live_standing(public.live_conversations)                owner to doorstep_definer;
alter function doorstep.live_for(uuid, text[], bigint)                          owner to doorstep_definer;
alter function doorstep.live_one_call(public.live_conversations, uuid)          owner to doorstep_definer;
alter function doorstep.live_suppressed(public.live_conversations, timestamptz) owner to doorstep_definer;
alter function doorstep.live_take(public.live_conversations, timestamptz)       owner to doorstep_definer;
alter function doorstep.live_opt_out(public.live_conversations, timestamptz)    owner to doorstep_definer;
alter function doorstep.take_over_live(uuid, bigint, timestamptz)               owner to doorstep_definer;
alter function doorstep.return_live(uuid, bigint, text, timestamptz)            owner to doorstep_definer;
alter function doorstep.transfer_live(uuid, bigint, uuid, timestamptz)          owner to doorstep_definer;
alter function doorstep.speak_live(uuid, bigint, text, text, timestamptz)       owner to doorstep_definer;
alter function doorstep.end_live(uuid, bigint, text, timestamptz)               owner to doorstep_definer;
