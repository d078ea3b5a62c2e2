-- Conversations, the live state of one that is going on, and its messages.

-- Tables -----------------------------------------------------------------------------------------------------------

create table public.conversations (
  id                       uuid primary key default gen_random_uuid(),
  prospect_id              uuid not null constraint conversations_prospect_id_fkey references public.prospects,
  prospect_name            text not null,
  campaign_id              uuid constraint conversations_campaign_id_fkey references public.campaigns,
  "timestamp"              timestamptz not null default now(),
  duration                 integer not null default 0 constraint conversations_duration check (duration >= 0),
  channel                  text not null constraint conversations_channel check (channel in ('phone', 'whatsapp', 'sms', 'email')),
  outcome                  text not null constraint conversations_outcome check (outcome in
                             ('connected', 'voicemail', 'no_answer', 'busy', 'qualified', 'not_interested', 'responded', 'opened', 'clicked',
                              'in_progress', 'callback_requested', 'appointment_booked', 'handoff_requested', 'transferred', 'wrong_number',
                              'invalid_number', 'language_barrier', 'opted_out', 'failed', 'abandoned', 'placeholder')),
  sentiment                text constraint conversations_sentiment check (sentiment in ('positive', 'neutral', 'negative', 'mixed')),
  transcript               text,
  ai_confidence            text constraint conversations_ai_confidence check (ai_confidence in ('high', 'medium', 'low')),
  handoff_suggested        boolean not null default false,
  message_count            integer not null default 0 constraint conversations_message_count check (message_count >= 0),
  notes                    text,
  direction                text not null default 'outbound' constraint conversations_direction check (direction in ('inbound', 'outbound')),
  status                   text not null constraint conversations_status check (status in ('open', 'closed')),
  attempt_id               uuid,
  provider                 text,
  provider_conversation_id text,
  answered_by              text constraint conversations_answered_by check (answered_by in ('human', 'voicemail', 'ivr', 'unavailable', 'unknown')),
  end_reason               text,
  started_at               timestamptz,
  answered_at              timestamptz,
  ended_at                 timestamptz,
  recording_consent        text constraint conversations_recording_consent check (recording_consent in ('not_asked', 'announced', 'accepted', 'declined')),
  recording_url_ref        text,
  is_placeholder           boolean not null generated always as (outcome = 'placeholder') stored,
  language                 text constraint conversations_language check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  script_version           text,
  retention_until          timestamptz,
  legal_hold               boolean not null default false,
  last_seq                 bigint not null default 0,
  created_by               uuid constraint conversations_created_by_fkey references public.users on delete set null,
  version                  integer not null default 1,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  constraint conversations_ended_after_start check (ended_at >= started_at),
  constraint conversations_provider_once unique (provider, provider_conversation_id)
);
comment on column public.conversations.last_seq is 'The counter of transcript_messages.seq; message_count is how many of them there are.';
create unique index conversations_one_placeholder on public.conversations (prospect_id) where outcome = 'placeholder';
create index conversations_prospect_idx  on public.conversations (prospect_id, "timestamp" desc, id);
create index conversations_campaign_idx  on public.conversations (campaign_id, "timestamp" desc, id) where campaign_id is not null;
create index conversations_timestamp_idx on public.conversations ("timestamp" desc, id);
create index conversations_channel_idx   on public.conversations (channel, "timestamp" desc, id);
create index conversations_outcome_idx   on public.conversations (outcome, "timestamp" desc, id);
create index conversations_created_by_idx on public.conversations (created_by) where created_by is not null;

alter table public.campaign_runs add constraint campaign_runs_current_conversation_id_fkey
  foreign key (current_conversation_id) references public.conversations on delete set null;

create table public.live_conversations (
  id                        uuid primary key default gen_random_uuid(),
  prospect_id               uuid not null constraint live_conversations_prospect_id_fkey references public.prospects,
  prospect_name             text not null,
  channel                   text not null constraint live_conversations_channel check (channel in ('phone', 'whatsapp', 'sms', 'email')),
  status                    text not null default 'dialing'
                            constraint live_conversations_status check (status in ('dialing', 'ringing', 'connected', 'ended', 'typing', 'waiting')),
  duration                  integer not null default 0 constraint live_conversations_duration check (duration >= 0),
  next_best_question        text,
  sentiment                 text constraint live_conversations_sentiment check (sentiment in ('positive', 'neutral', 'negative', 'mixed')),
  started_at                timestamptz not null default now(),
  ended_at                  timestamptz,
  conversation_id           uuid not null constraint live_conversations_conversation_id_fkey references public.conversations on delete cascade,
  controller                text not null default 'ai' constraint live_conversations_controller check (controller in ('ai', 'human', 'none')),
  controller_user_id        uuid constraint live_conversations_controller_user_id_fkey references public.users,
  control_epoch             bigint not null default 1 constraint live_conversations_control_epoch check (control_epoch > 0),
  state                     text not null default 'ai_active' constraint live_conversations_state check (state in
                              ('ai_active', 'handoff_suggested', 'handoff_pending', 'human_active', 'paused', 'wrap_up', 'ended')),
  handoff_package_id        uuid,
  last_inbound_at           timestamptz,
  last_outbound_at          timestamptz,
  waiting_since             timestamptz,
  ai_paused_reason          text,
  intent_now                text,
  ai_confidence_now         text constraint live_conversations_ai_confidence_now check (ai_confidence_now in ('high', 'medium', 'low')),
  agent_state               text constraint live_conversations_agent_state check (agent_state in ('listening', 'thinking', 'speaking', 'idle')),
  participants              jsonb not null default '[]' constraint live_conversations_participants check (jsonb_typeof(participants) = 'array'),
  supervisor_ids            uuid[] not null default '{}',
  channel_window_expires_at timestamptz,
  heartbeat_at              timestamptz,
  expires_at                timestamptz,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),
  constraint live_conversations_one_per_conversation unique (conversation_id),
  constraint live_conversations_human_has_a_name check ((controller = 'human') = (controller_user_id is not null)),
  constraint live_conversations_state_names_controller check (
    state not in ('ai_active', 'handoff_suggested', 'handoff_pending') or controller = 'ai'),
  constraint live_conversations_human_state check (state <> 'human_active' or controller = 'human'),
  constraint live_conversations_ended_after_start check (ended_at >= started_at)
);
create unique index live_conversations_one_call_per_person on public.live_conversations (controller_user_id)
  where controller = 'human' and channel = 'phone' and status <> 'ended';
create index live_conversations_prospect_idx   on public.live_conversations (prospect_id, started_at desc, id);
create index live_conversations_controller_idx on public.live_conversations (controller_user_id) where controller_user_id is not null;
create index live_conversations_status_idx     on public.live_conversations (status, started_at desc, id);
create index live_conversations_started_idx    on public.live_conversations (started_at desc, id);

create table public.transcript_messages (
  id                   uuid primary key default gen_random_uuid(),
  live_conversation_id uuid not null constraint transcript_messages_live_conversation_id_fkey references public.live_conversations on delete cascade,
  conversation_id      uuid not null constraint transcript_messages_conversation_id_fkey references public.conversations on delete cascade,
  "timestamp"          timestamptz not null default now(),
  speaker              text not null constraint transcript_messages_speaker check (speaker in ('agent', 'prospect', 'rep', 'system')),
  message              text not null,
  type                 text not null default 'text' constraint transcript_messages_type check (type in ('text', 'image', 'document', 'location')),
  seq                  bigint not null,
  provider_message_id  text,
  visibility           text not null default 'public' constraint transcript_messages_visibility check (visibility in ('public', 'internal')),
  prospect_id          uuid not null constraint transcript_messages_prospect_id_fkey references public.prospects,
  channel              text not null constraint transcript_messages_channel check (channel in ('phone', 'whatsapp', 'sms', 'email')),
  sender_user_id       uuid constraint transcript_messages_sender_user_id_fkey references public.users on delete set null,
  language             text,
  is_final             boolean not null default true,
  start_ms             integer constraint transcript_messages_start_ms check (start_ms >= 0),
  end_ms               integer,
  asr_confidence       numeric(4,3) constraint transcript_messages_asr_confidence check (asr_confidence between 0 and 1),
  delivery_status      text constraint transcript_messages_delivery_status check (delivery_status in ('queued', 'sent', 'delivered', 'read', 'failed')),
  error_code           text,
  reply_to_id          uuid constraint transcript_messages_reply_to_id_fkey references public.transcript_messages on delete set null,
  redacted_at          timestamptz,
  control_epoch        bigint,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint transcript_messages_seq unique (conversation_id, seq),
  constraint transcript_messages_provider_once unique (channel, provider_message_id),
  constraint transcript_messages_times check (end_ms >= start_ms)
);
create index transcript_messages_live_idx     on public.transcript_messages (live_conversation_id, seq);
create index transcript_messages_prospect_idx on public.transcript_messages (prospect_id, created_at desc, id);
create index transcript_messages_created_idx  on public.transcript_messages (created_at desc, id);
create index transcript_messages_sender_idx   on public.transcript_messages (sender_user_id) where sender_user_id is not null;
create index transcript_messages_reply_to_idx on public.transcript_messages (reply_to_id) where reply_to_id is not null;

-- Rules ------------------------------------------------------------------------------------------------------------

create function doorstep.conversations_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
begin
  if tg_op = 'INSERT' then
    new.version := 1; new.message_count := 0; new.last_seq := 0;
    -- As the caller: what he cannot see is not there.
    select p.name into new.prospect_name from public.prospects p where p.id = new.prospect_id;
    if not found then
      perform doorstep.refuse_reference('conversations', 'conversations_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
    end if;
    if new.campaign_id is not null and not exists (select from public.campaigns c where c.id = new.campaign_id) then
      perform doorstep.refuse_reference('conversations', 'conversations_campaign_id_fkey', 'campaign_id', new.campaign_id, 'campaigns');
    end if;
    if direct then
      if    new.created_by <> me              then perform doorstep.refuse_column('conversations', 'created_by');
      elsif new.outcome = 'placeholder'       then perform doorstep.refuse_column('conversations', 'outcome');
      elsif new.provider is not null          then perform doorstep.refuse_column('conversations', 'provider');
      elsif new.provider_conversation_id is not null then perform doorstep.refuse_column('conversations', 'provider_conversation_id');
      elsif new.attempt_id is not null        then perform doorstep.refuse_column('conversations', 'attempt_id');
      elsif new.legal_hold                    then perform doorstep.refuse_column('conversations', 'legal_hold');
      elsif new.retention_until is not null   then perform doorstep.refuse_column('conversations', 'retention_until');
      end if;
      new.created_by := me;
    end if;
    new.status := coalesce(new.status, case when new.outcome = 'in_progress' then 'open' else 'closed' end);
    return new;
  end if;

  if current_user = 'doorstep_definer' then
    return new;  -- the counting trigger
  end if;
  new.version := old.version + 1;
  new.message_count := old.message_count; new.last_seq := old.last_seq;
  if new.prospect_id = old.prospect_id then
    new.prospect_name := old.prospect_name;
  else
    select p.name into new.prospect_name from public.prospects p where p.id = new.prospect_id;
    if not found then
      perform doorstep.refuse_reference('conversations', 'conversations_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
    end if;
  end if;
  if direct then
    perform doorstep.guard_columns('conversations', to_jsonb(old), to_jsonb(new),
      case asker
        when 'sales_rep'     then array['outcome', 'notes']
        when 'sales_manager' then array['outcome', 'notes', 'sentiment', 'transcript', 'ai_confidence', 'duration', 'channel',
                                        'handoff_suggested', 'status', 'end_reason', 'answered_by', 'ended_at', 'language']
      end, array['is_placeholder', 'version', 'updated_at']);
    if new.outcome <> old.outcome and 'placeholder' in (new.outcome, old.outcome) then
      perform doorstep.refuse_column('conversations', 'outcome');
    end if;
  end if;
  return new;
end
$$;

-- Did a person answer or reply? The numerator of a campaign's connect_rate.
create function doorstep.is_connected(outcome text) returns boolean
language sql immutable strict parallel safe
as $$ select outcome in ('connected', 'qualified', 'not_interested', 'responded', 'callback_requested', 'appointment_booked',
                         'handoff_requested', 'transferred', 'language_barrier', 'opted_out') $$;

-- The campaign's numbers follow its conversations by differences: a recount gives the same at any moment.
create function doorstep.count_campaign_attempts() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  change record;
begin
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

-- Every live conversation has its conversation, so that messages are always counted in one place.
create function doorstep.live_conversations_fill() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    if (new.id, new.conversation_id) is distinct from (old.id, old.conversation_id) then
      perform doorstep.refuse_column('live_conversations', 'conversation_id');
    elsif new.control_epoch < old.control_epoch then
      perform doorstep.refuse('DS409', 'stale_epoch', 'epoch');
    end if;
    if new.prospect_id = old.prospect_id then
      new.prospect_name := old.prospect_name;
    end if;
    return new;
  end if;
  if new.conversation_id is null then
    insert into public.conversations (prospect_id, channel, outcome, direction, started_at)
    values (new.prospect_id, new.channel, 'in_progress', 'outbound', new.started_at)
    returning id into new.conversation_id;
  end if;
  select c.prospect_id, c.prospect_name into new.prospect_id, new.prospect_name
  from public.conversations c where c.id = new.conversation_id;
  if not found then
    perform doorstep.refuse_reference('live_conversations', 'live_conversations_conversation_id_fkey', 'conversation_id', new.conversation_id, 'conversations');
  end if;
  return new;
end
$$;

-- A person speaks as himself, in a conversation that he sees; the policy asks that he controls it.
create function doorstep.transcript_messages_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  live record;
begin
  if current_user <> 'authenticated' then
    return new;
  end if;
  select l.control_epoch into live from public.live_conversations l where l.id = new.live_conversation_id;
  if not found then
    perform doorstep.refuse_reference('transcript_messages', 'transcript_messages_live_conversation_id_fkey',
      'live_conversation_id', new.live_conversation_id, 'live_conversations');
  end if;
  if new.provider_message_id is not null then
    perform doorstep.refuse_column('transcript_messages', 'provider_message_id');
  elsif new.control_epoch <> live.control_epoch then
    perform doorstep.refuse('DS409', 'stale_epoch', 'epoch');
  end if;
  if new.reply_to_id is not null and not exists (
       select from public.transcript_messages m where m.id = new.reply_to_id and m.live_conversation_id = new.live_conversation_id) then
    perform doorstep.refuse_reference('transcript_messages', 'transcript_messages_reply_to_id_fkey', 'reply_to_id', new.reply_to_id, 'transcript_messages');
  end if;
  new.control_epoch := live.control_epoch;
  new.speaker := 'rep';
  new.sender_user_id := auth.uid();
  new.is_final := true;
  return new;
end
$$;

-- The number of a message. The counter's row is locked first; a message that the provider sends again is dropped before
-- it is counted, so there is no gap.
create function doorstep.transcript_messages_number() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  select l.conversation_id, l.prospect_id, coalesce(new.channel, l.channel) into new.conversation_id, new.prospect_id, new.channel
  from public.live_conversations l where l.id = new.live_conversation_id;
  if not found then
    perform doorstep.refuse_reference('transcript_messages', 'transcript_messages_live_conversation_id_fkey',
      'live_conversation_id', new.live_conversation_id, 'live_conversations');
  end if;
  perform from public.conversations c where c.id = new.conversation_id for no key update;
  if new.provider_message_id is not null and exists (
       select from public.transcript_messages m where m.channel = new.channel and m.provider_message_id = new.provider_message_id) then
    return null;
  end if;
  update public.conversations c set last_seq = c.last_seq + 1, message_count = c.message_count + 1
  where c.id = new.conversation_id returning c.last_seq into new.seq;
  return new;
end
$$;

-- Speech may be replaced until it is final; then only its delivery changes, and redaction takes the words away.
create function doorstep.transcript_messages_keep() returns trigger
language plpgsql set search_path = ''
as $$
declare
  writable text[] := array['delivery_status', 'error_code', 'redacted_at', 'updated_at', 'reply_to_id', 'sender_user_id', 'prospect_id'];
  touched  text;
begin
  if not old.is_final then
    writable := writable || array['message', 'is_final', 'end_ms', 'asr_confidence', 'language'];
  elsif new.redacted_at is not null and old.redacted_at is null then
    writable := writable || array['message'];
  end if;
  select item.key into touched from jsonb_each(to_jsonb(new)) as item
  where item.value is distinct from to_jsonb(old) -> item.key and not item.key = any (writable)
  order by item.key limit 1;
  if found then
    perform doorstep.refuse('DS409', 'message_is_final', touched);
  end if;
  return new;
end
$$;

create function doorstep.transcript_messages_recount() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.conversations c set message_count = c.message_count - gone.number
  from (select o.conversation_id, count(*)::integer as number from old_rows o group by o.conversation_id) as gone
  where c.id = gone.conversation_id;
  return null;
end
$$;

revoke all on function
  doorstep.conversations_guard(), doorstep.is_connected(text), doorstep.count_campaign_attempts(), doorstep.live_conversations_fill(),
  doorstep.transcript_messages_guard(), doorstep.transcript_messages_number(), doorstep.transcript_messages_keep(),
  doorstep.transcript_messages_recount()
from public, anon, authenticated, service_role;
grant execute on function doorstep.is_connected(text) to authenticated, service_role, worker, doorstep_definer;
alter function doorstep.count_campaign_attempts()     owner to doorstep_definer;
alter function doorstep.transcript_messages_number()  owner to doorstep_definer;
alter function doorstep.transcript_messages_recount() owner to doorstep_definer;

create trigger conversations_1_guard      before insert or update on public.conversations for each row execute function doorstep.conversations_guard();
create trigger conversations_2_updated_at before update on public.conversations for each row execute function public.update_updated_at_column();
create trigger conversations_campaign_insert after insert on public.conversations
  referencing new table as new_rows for each statement execute function doorstep.count_campaign_attempts();
create trigger conversations_campaign_update after update on public.conversations
  referencing old table as old_rows new table as new_rows for each statement execute function doorstep.count_campaign_attempts();
create trigger conversations_campaign_delete after delete on public.conversations
  referencing old table as old_rows for each statement execute function doorstep.count_campaign_attempts();

create trigger live_conversations_1_fill       before insert or update on public.live_conversations for each row execute function doorstep.live_conversations_fill();
create trigger live_conversations_2_updated_at before update on public.live_conversations for each row execute function public.update_updated_at_column();

create trigger transcript_messages_1_guard      before insert on public.transcript_messages for each row execute function doorstep.transcript_messages_guard();
create trigger transcript_messages_2_number     before insert on public.transcript_messages for each row execute function doorstep.transcript_messages_number();
create trigger transcript_messages_3_keep       before update on public.transcript_messages for each row execute function doorstep.transcript_messages_keep();
create trigger transcript_messages_4_updated_at before update on public.transcript_messages for each row execute function public.update_updated_at_column();
create trigger transcript_messages_recount after delete on public.transcript_messages
  referencing old table as old_rows for each statement execute function doorstep.transcript_messages_recount();

select doorstep.watch('public.conversations'), doorstep.watch('public.live_conversations', 'heartbeat_at'), doorstep.watch('public.transcript_messages');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.conversations enable row level security;
alter table public.conversations force row level security;
revoke all on public.conversations from public, anon, authenticated, service_role;
grant select, insert, update on public.conversations to authenticated;
grant select, insert, update, delete on public.conversations to service_role;
grant select, insert, update on public.conversations to worker;
grant select, update on public.conversations to doorstep_definer;

create policy owner_all on public.conversations to {{owner}} using (true) with check (true);
create policy service_all on public.conversations to service_role using (true) with check (true);
create policy worker_all on public.conversations to worker using (true) with check (true);
create policy definer_all on public.conversations to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.conversations for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = conversations.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.conversations for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = conversations.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.conversations for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.conversations for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.conversations for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_rep_insert_own on public.conversations for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = conversations.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_rep_update_own on public.conversations for update to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = conversations.prospect_id and p.assigned_to = (select auth.uid())))
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = conversations.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_update_team on public.conversations for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = conversations.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = conversations.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));

alter table public.live_conversations enable row level security;
alter table public.live_conversations force row level security;
revoke all on public.live_conversations from public, anon, authenticated, service_role;
grant select on public.live_conversations to authenticated;
grant select, insert, update, delete on public.live_conversations to service_role;
grant select, insert, update on public.live_conversations to worker;
grant select on public.live_conversations to doorstep_definer;

create policy owner_all on public.live_conversations to {{owner}} using (true) with check (true);
create policy service_all on public.live_conversations to service_role using (true) with check (true);
create policy worker_all on public.live_conversations to worker using (true) with check (true);
create policy definer_all on public.live_conversations to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.live_conversations for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (controller_user_id = (select auth.uid()) or exists (select from public.prospects p where p.id = live_conversations.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_select_team on public.live_conversations for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (controller_user_id = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = live_conversations.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_select_all on public.live_conversations for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.live_conversations for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.live_conversations for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');

alter table public.transcript_messages enable row level security;
alter table public.transcript_messages force row level security;
revoke all on public.transcript_messages from public, anon, authenticated, service_role;
grant select, insert on public.transcript_messages to authenticated;
grant select, insert, update, delete on public.transcript_messages to service_role;
grant select, insert, update on public.transcript_messages to worker;
grant select on public.transcript_messages to doorstep_definer;

create policy owner_all on public.transcript_messages to {{owner}} using (true) with check (true);
create policy service_all on public.transcript_messages to service_role using (true) with check (true);
create policy worker_all on public.transcript_messages to worker using (true) with check (true);
create policy definer_all on public.transcript_messages to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.transcript_messages for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (exists (select from public.prospects p where p.id = transcript_messages.prospect_id and p.assigned_to = (select auth.uid())) or exists (select from public.live_conversations l where l.id = transcript_messages.live_conversation_id and l.controller_user_id = (select auth.uid()))));
create policy sales_manager_select_team on public.transcript_messages for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = transcript_messages.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.transcript_messages for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.transcript_messages for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.transcript_messages for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_rep_insert_controller on public.transcript_messages for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.live_conversations l where l.id = transcript_messages.live_conversation_id and l.controller_user_id = (select auth.uid()) and l.status <> 'ended'));
create policy sales_manager_insert_controller on public.transcript_messages for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.live_conversations l where l.id = transcript_messages.live_conversation_id and l.controller_user_id = (select auth.uid()) and l.status <> 'ended'));

-- operations: all but what was said.
create view public.conversations_metadata as
select id, prospect_id, prospect_name, campaign_id, "timestamp", duration, channel, outcome, sentiment, null::text as transcript,
  ai_confidence, handoff_suggested, message_count, notes, direction, status, attempt_id, provider, provider_conversation_id, answered_by,
  end_reason, started_at, answered_at, ended_at, recording_consent, null::text as recording_url_ref, is_placeholder, language, script_version,
  retention_until, legal_hold, last_seq, created_by, version, created_at, updated_at
from public.conversations
where (select doorstep.my_role()) = 'operations';

create view public.live_conversations_state as
select id, prospect_id, prospect_name, channel, status, duration, null::text as next_best_question, null::text as sentiment, started_at,
  ended_at, conversation_id, controller, controller_user_id, control_epoch, state, handoff_package_id, last_inbound_at, last_outbound_at,
  waiting_since, ai_paused_reason, intent_now, ai_confidence_now, agent_state, participants, supervisor_ids, channel_window_expires_at,
  heartbeat_at, expires_at, created_at, updated_at
from public.live_conversations
where (select doorstep.my_role()) = 'operations';

revoke all on public.conversations_metadata, public.live_conversations_state from public, anon, authenticated, service_role;
grant select on public.conversations_metadata, public.live_conversations_state to authenticated;
alter view public.conversations_metadata   owner to doorstep_definer;
alter view public.live_conversations_state owner to doorstep_definer;
