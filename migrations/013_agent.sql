-- What the agent does, what it plans, what it heard, and how it judges.

-- Tables -----------------------------------------------------------------------------------------------------------

create table public.agent_plan_steps (
  id                   uuid primary key default gen_random_uuid(),
  live_conversation_id uuid not null constraint agent_plan_steps_live_conversation_id_fkey references public.live_conversations on delete cascade,
  step                 integer not null constraint agent_plan_steps_step check (step >= 0),
  name                 text not null,
  description          text not null,
  status               text not null default 'pending' constraint agent_plan_steps_status check (status in
                         ('completed', 'in_progress', 'pending', 'skipped', 'failed', 'blocked')),
  prospect_id          uuid not null constraint agent_plan_steps_prospect_id_fkey references public.prospects,
  plan_version         integer not null default 1,
  step_type            text constraint agent_plan_steps_step_type check (step_type in ('greet', 'disclose', 'verify_identity',
                         'obtain_recording_consent', 'qualify_budget', 'qualify_timeline', 'qualify_need', 'qualify_authority',
                         'present_property', 'handle_objection', 'propose_appointment', 'confirm_appointment', 'handoff', 'close')),
  depends_on           uuid[] not null default '{}',
  result               text,
  skip_reason          text,
  started_at           timestamptz,
  completed_at         timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint agent_plan_steps_position unique (live_conversation_id, plan_version, step),
  -- That an AI is speaking is always said.
  constraint agent_plan_steps_disclosure_stays check (step_type is distinct from 'disclose' or status <> 'skipped')
);
create unique index agent_plan_steps_one_in_progress on public.agent_plan_steps (live_conversation_id) where status = 'in_progress';
create index agent_plan_steps_prospect_idx on public.agent_plan_steps (prospect_id);
create index agent_plan_steps_created_idx  on public.agent_plan_steps (created_at desc, id);

create table public.agent_actions (
  id                   uuid primary key default gen_random_uuid(),
  conversation_id      uuid not null constraint agent_actions_conversation_id_fkey references public.conversations on delete cascade,
  "timestamp"          timestamptz not null default now(),
  action               text not null,
  details              text not null,
  status               text not null default 'pending' constraint agent_actions_status check (status in
                         ('completed', 'pending', 'failed', 'proposed', 'awaiting_approval', 'approved', 'rejected', 'running', 'skipped')),
  live_conversation_id uuid constraint agent_actions_live_conversation_id_fkey references public.live_conversations on delete cascade,
  plan_step_id         uuid constraint agent_actions_plan_step_id_fkey references public.agent_plan_steps on delete set null,
  prospect_id          uuid not null constraint agent_actions_prospect_id_fkey references public.prospects,
  seq                  integer,
  action_type          text constraint agent_actions_action_type check (action_type in ('say', 'ask', 'lookup_property', 'suggest_property',
                         'check_availability', 'book_appointment', 'reschedule_appointment', 'cancel_appointment', 'update_prospect',
                         'record_consent', 'record_opt_out', 'detect_entity', 'compute_score', 'send_message', 'leave_voicemail',
                         'suggest_handoff', 'transfer_call', 'end_conversation', 'tool_error')),
  actor                text not null default 'ai' constraint agent_actions_actor check (actor in ('ai', 'human', 'system')),
  actor_id             uuid constraint agent_actions_actor_id_fkey references public.users on delete set null,
  input                jsonb,
  output               jsonb,
  input_hash           text,
  confidence           numeric(4,3) constraint agent_actions_confidence check (confidence between 0 and 1),
  approved_by          uuid constraint agent_actions_approved_by_fkey references public.users on delete set null,
  error_code           text,
  started_at           timestamptz,
  finished_at          timestamptz,
  latency_ms           integer constraint agent_actions_latency_ms check (latency_ms >= 0),
  model_name           text,
  prompt_version       text,
  tokens_in            integer,
  tokens_out           integer,
  cost_minor           integer,
  idempotency_key      text constraint agent_actions_idempotency_key unique,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint agent_actions_seq unique (conversation_id, seq),
  constraint agent_actions_finished_after_start check (finished_at >= started_at)
);
create index agent_actions_conversation_idx on public.agent_actions (conversation_id, "timestamp" desc, id);
create index agent_actions_prospect_idx     on public.agent_actions (prospect_id, "timestamp" desc, id);
create index agent_actions_timestamp_idx    on public.agent_actions ("timestamp" desc, id);
create index agent_actions_approval_idx     on public.agent_actions ("timestamp") where status = 'awaiting_approval';
create index agent_actions_live_idx         on public.agent_actions (live_conversation_id) where live_conversation_id is not null;
create index agent_actions_plan_step_idx    on public.agent_actions (plan_step_id) where plan_step_id is not null;

create table public.qualification_scores (
  id                        uuid primary key default gen_random_uuid(),
  conversation_id           uuid not null constraint qualification_scores_conversation_id_fkey references public.conversations on delete cascade,
  intent_score              smallint constraint qualification_scores_intent_score check (intent_score between 0 and 100),
  budget_fit_score          smallint constraint qualification_scores_budget_fit_score check (budget_fit_score between 0 and 100),
  urgency                   text constraint qualification_scores_urgency check (urgency in ('high', 'medium', 'low')),
  property_match_confidence smallint constraint qualification_scores_property_match_confidence check (property_match_confidence between 0 and 100),
  risk_flags                text[] not null default '{}' constraint qualification_scores_risk_flags check (risk_flags <@ array['previous_no_show',
                              'not_interested', 'over_budget', 'budget_unknown', 'timeline_unknown', 'no_match', 'low_ai_confidence',
                              'negative_sentiment', 'complaint', 'no_contact_consent', 'contact_invalid', 'duplicate_suspected']),
  overall_score             smallint not null constraint qualification_scores_overall_score check (overall_score between 0 and 100),
  prospect_id               uuid not null constraint qualification_scores_prospect_id_fkey references public.prospects,
  appointment_id            uuid,
  model_version             text,
  budget                    smallint constraint qualification_scores_budget     check (budget     between 0 and 25),
  timeline                  smallint constraint qualification_scores_timeline   check (timeline   between 0 and 25),
  need                      smallint constraint qualification_scores_need       check (need       between 0 and 20),
  authority                 smallint constraint qualification_scores_authority  check (authority  between 0 and 10),
  engagement                smallint constraint qualification_scores_engagement check (engagement between 0 and 20),
  penalty                   smallint constraint qualification_scores_penalty    check (penalty    between -40 and 0),
  grade                     text constraint qualification_scores_grade check (grade in ('A', 'B', 'C', 'D')),
  temperature               text constraint qualification_scores_temperature check (temperature in ('hot', 'warm', 'cold')),
  confidence                numeric(4,3) constraint qualification_scores_confidence check (confidence between 0 and 1),
  disqualified              boolean not null default false,
  disqualified_reason       text,
  evidence                  jsonb not null default '[]' constraint qualification_scores_evidence check (jsonb_typeof(evidence) in ('array', 'object')),
  inputs_hash               text,
  computed_by               text not null default 'rule' constraint qualification_scores_computed_by check (computed_by in ('rule', 'human_override')),
  override_reason           text,
  created_by                uuid constraint qualification_scores_created_by_fkey references public.users on delete set null,
  created_at                timestamptz not null default now(),
  constraint qualification_scores_once unique (prospect_id, inputs_hash, model_version),
  constraint qualification_scores_total check (disqualified or computed_by = 'human_override'
    or num_nulls(budget, timeline, need, authority, engagement) > 0
    or overall_score = greatest(0, least(100, budget + timeline + need + authority + engagement + coalesce(penalty, 0)))),
  constraint qualification_scores_override_reason check (computed_by <> 'human_override' or btrim(override_reason) <> '' and override_reason is not null)
);
create index qualification_scores_conversation_idx on public.qualification_scores (conversation_id, created_at desc, id);
create index qualification_scores_prospect_idx     on public.qualification_scores (prospect_id, created_at desc, id);
create index qualification_scores_created_idx      on public.qualification_scores (created_at desc, id);
create index qualification_scores_appointment_idx  on public.qualification_scores (appointment_id) where appointment_id is not null;
create index qualification_scores_created_by_idx   on public.qualification_scores (created_by) where created_by is not null;

create table public.detected_entities (
  id                   uuid primary key default gen_random_uuid(),
  conversation_id      uuid constraint detected_entities_conversation_id_fkey references public.conversations on delete cascade,
  live_conversation_id uuid constraint detected_entities_live_conversation_id_fkey references public.live_conversations on delete cascade,
  -- A closed list: health, religion, origin of a family have no type and cannot be stored.
  type                 text not null constraint detected_entities_type check (type in ('budget', 'area', 'bedrooms', 'timeline', 'intent',
                         'property', 'visit_date', 'money', 'currency', 'property_type', 'bathrooms', 'feature', 'financing', 'decision_maker',
                         'household', 'purpose', 'motivation', 'objection', 'competitor', 'current_home', 'preferred_channel',
                         'preferred_time', 'language', 'contact_phone', 'contact_email', 'opt_out', 'human_request', 'complaint')),
  value                text not null,
  confidence           numeric(5,2) not null default 100 constraint detected_entities_confidence check (confidence between 0 and 100),
  message_id           uuid constraint detected_entities_message_id_fkey references public.transcript_messages on delete set null,
  span_start           integer constraint detected_entities_span_start check (span_start >= 0),
  span_end             integer,
  status               text not null default 'detected' constraint detected_entities_status check (status in
                         ('detected', 'confirmed', 'rejected', 'superseded')),
  normalized           jsonb,
  prospect_id          uuid not null constraint detected_entities_prospect_id_fkey references public.prospects,
  confirmed_by         uuid constraint detected_entities_confirmed_by_fkey references public.users on delete set null,
  superseded_by        uuid constraint detected_entities_superseded_by_fkey references public.detected_entities on delete set null,
  detector             text,
  detector_version     text,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint detected_entities_somewhere check (num_nonnulls(conversation_id, live_conversation_id) > 0),
  constraint detected_entities_span check (span_end >= span_start)
);
create unique index detected_entities_one_confirmed on public.detected_entities (prospect_id, type)
  where status = 'confirmed' and type in ('budget', 'currency', 'timeline', 'bedrooms', 'bathrooms', 'financing', 'decision_maker', 'household',
                                          'purpose', 'preferred_channel', 'language');
create index agent_actions_actor_idx on public.agent_actions (actor_id) where actor_id is not null;
create index agent_actions_approved_by_idx on public.agent_actions (approved_by) where approved_by is not null;
create index detected_entities_confirmed_by_idx on public.detected_entities (confirmed_by) where confirmed_by is not null;
create index detected_entities_prospect_idx      on public.detected_entities (prospect_id, created_at desc, id);
create index detected_entities_conversation_idx  on public.detected_entities (conversation_id, created_at desc, id);
create index detected_entities_live_idx          on public.detected_entities (live_conversation_id) where live_conversation_id is not null;
create index detected_entities_message_idx       on public.detected_entities (message_id) where message_id is not null;
create index detected_entities_superseded_by_idx on public.detected_entities (superseded_by) where superseded_by is not null;
create index detected_entities_created_idx       on public.detected_entities (created_at desc, id);

-- Rules ------------------------------------------------------------------------------------------------------------

-- Whose row it is: of the conversation, or of the live one. As the caller, so what he cannot see is not there.
create function doorstep.agent_row_fill() returns trigger
language plpgsql set search_path = ''
as $$
declare
  given  jsonb := to_jsonb(new);
  source record;
begin
  if (given ->> 'live_conversation_id') is not null then
    select l.conversation_id, l.prospect_id into source from public.live_conversations l where l.id = new.live_conversation_id;
    if not found then
      perform doorstep.refuse_reference(tg_table_name, tg_table_name || '_live_conversation_id_fkey', 'live_conversation_id',
        new.live_conversation_id, 'live_conversations');
    end if;
    if given ? 'conversation_id' then
      new.conversation_id := source.conversation_id;
    end if;
    new.prospect_id := source.prospect_id;
  elsif (given ->> 'conversation_id') is not null then
    select c.prospect_id into source from public.conversations c where c.id = new.conversation_id;
    if not found then
      perform doorstep.refuse_reference(tg_table_name, tg_table_name || '_conversation_id_fkey', 'conversation_id',
        new.conversation_id, 'conversations');
    end if;
    new.prospect_id := source.prospect_id;
  end if;
  return new;
end
$$;

-- Status, approver, result and times change, forward only; nothing else ever.
create function doorstep.agent_actions_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  once    constant text[] := array['approved_by', 'output', 'error_code', 'started_at', 'finished_at', 'latency_ms'];
  touched text;
  rank    constant jsonb := '{"proposed": 1, "pending": 1, "awaiting_approval": 2, "approved": 3, "rejected": 9, "running": 4,
                              "completed": 9, "failed": 9, "skipped": 9}';
begin
  if current_user = 'authenticated' then
    -- An approval and nothing else.
    if new.status is distinct from old.status and new.status not in ('approved', 'rejected') then
      perform doorstep.refuse_column('agent_actions', 'status');
    end if;
    if new.status <> old.status then
      new.approved_by := auth.uid();
    end if;
    perform doorstep.guard_columns('agent_actions', to_jsonb(old), to_jsonb(new),
      case when new.status <> old.status then array['status', 'approved_by'] else '{}' end, array['updated_at']);
  end if;
  select item.key into touched from jsonb_each(to_jsonb(new)) as item
  where item.value is distinct from to_jsonb(old) -> item.key and not item.key in ('status', 'updated_at', 'plan_step_id', 'actor_id', 'prospect_id')
    and not (item.key = any (once) and to_jsonb(old) ->> item.key is null)
    and not (item.key = 'approved_by' and item.value = 'null')
  order by item.key limit 1;
  if found then
    raise exception using errcode = '42501', message = 'only status, approver, result and times of an action change, and only once',
      schema = 'public', table = 'agent_actions', column = touched;
  end if;
  if new.status <> old.status and not (
       (rank ->> new.status)::integer > (rank ->> old.status)::integer
       and (old.status <> 'awaiting_approval' or new.status in ('approved', 'rejected', 'skipped'))
       and (new.status not in ('approved', 'rejected') or old.status in ('proposed', 'awaiting_approval', 'pending'))) then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  return new;
end
$$;

create function doorstep.qualification_scores_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated' then
    if new.computed_by <> 'human_override' then
      perform doorstep.refuse_column('qualification_scores', 'computed_by');
    elsif new.created_by <> auth.uid() then
      perform doorstep.refuse_column('qualification_scores', 'created_by');
    end if;
    if new.appointment_id is not null and not exists (
         select from public.appointments a where a.id = new.appointment_id and a.prospect_id = new.prospect_id) then
      perform doorstep.refuse_reference('qualification_scores', 'qualification_scores_appointment_id_fkey', 'appointment_id', new.appointment_id, 'appointments');
    end if;
    new.created_by := auth.uid();
  end if;
  return new;
end
$$;

create function doorstep.detected_entities_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  asker text;
begin
  if current_user = 'authenticated' then
    asker := doorstep.my_role();
    if new.status is distinct from old.status then
      if new.status not in ('confirmed', 'rejected') then
        perform doorstep.refuse_column('detected_entities', 'status');
      end if;
      new.confirmed_by := auth.uid();
    end if;
    perform doorstep.guard_columns('detected_entities', to_jsonb(old), to_jsonb(new),
      case when new.status <> old.status then array['status', 'confirmed_by'] else '{}' end
      || case when asker = 'sales_manager' then array['value', 'normalized'] else '{}' end, array['updated_at']);
  elsif (new.id, new.conversation_id, new.live_conversation_id, new.type, new.confidence, new.created_at)
        is distinct from (old.id, old.conversation_id, old.live_conversation_id, old.type, old.confidence, old.created_at) then
    perform doorstep.refuse_column('detected_entities', 'type');
  end if;
  if new.status <> old.status and old.status = 'superseded' then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  return new;
end
$$;

-- One confirmed value of a kind: the newest word of a person wins, the one before is superseded.
create function doorstep.supersede_entities() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.detected_entities e set status = 'superseded'
  where e.prospect_id = new.prospect_id and e.type = new.type and e.status = 'confirmed' and e.id <> new.id
    and new.type in ('budget', 'currency', 'timeline', 'bedrooms', 'bathrooms', 'financing', 'decision_maker', 'household',
                     'purpose', 'preferred_channel', 'language');
  return new;
end
$$;
revoke all on function doorstep.agent_row_fill(), doorstep.agent_actions_guard(), doorstep.qualification_scores_guard(),
  doorstep.detected_entities_guard(), doorstep.supersede_entities() from public, anon, authenticated, service_role;
alter function doorstep.supersede_entities() owner to doorstep_definer;

create trigger agent_plan_steps_1_fill       before insert on public.agent_plan_steps for each row execute function doorstep.agent_row_fill();
create trigger agent_plan_steps_3_updated_at before update on public.agent_plan_steps for each row execute function public.update_updated_at_column();
create trigger agent_actions_1_fill          before insert on public.agent_actions for each row execute function doorstep.agent_row_fill();
create trigger agent_actions_2_guard         before update on public.agent_actions for each row execute function doorstep.agent_actions_guard();
create trigger agent_actions_no_delete         before delete on public.agent_actions for each row execute function doorstep.append_only();
create trigger agent_actions_3_updated_at    before update on public.agent_actions for each row execute function public.update_updated_at_column();
create trigger qualification_scores_1_fill   before insert on public.qualification_scores for each row execute function doorstep.agent_row_fill();
create trigger qualification_scores_2_guard  before insert on public.qualification_scores for each row execute function doorstep.qualification_scores_guard();
create trigger qualification_scores_append_only before update or delete on public.qualification_scores for each row execute function doorstep.append_only();
create trigger qualification_scores_no_truncate before truncate on public.qualification_scores for each statement execute function doorstep.append_only();
create trigger detected_entities_1_fill      before insert on public.detected_entities for each row execute function doorstep.agent_row_fill();
create trigger detected_entities_2_guard     before update on public.detected_entities for each row execute function doorstep.detected_entities_guard();
create trigger detected_entities_3_supersede before insert or update on public.detected_entities
  for each row when (new.status = 'confirmed') execute function doorstep.supersede_entities();
create trigger detected_entities_4_updated_at before update on public.detected_entities for each row execute function public.update_updated_at_column();
select doorstep.watch('public.agent_plan_steps'), doorstep.watch('public.agent_actions'), doorstep.watch('public.qualification_scores'),
       doorstep.watch('public.detected_entities');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.agent_plan_steps enable row level security;
alter table public.agent_plan_steps force row level security;
revoke all on public.agent_plan_steps from public, anon, authenticated, service_role;
grant select on public.agent_plan_steps to authenticated;
grant select, insert, update, delete on public.agent_plan_steps to service_role;
grant select, insert, update on public.agent_plan_steps to worker;

create policy owner_all on public.agent_plan_steps to {{owner}} using (true) with check (true);
create policy service_all on public.agent_plan_steps to service_role using (true) with check (true);
create policy worker_all on public.agent_plan_steps to worker using (true) with check (true);
create policy sales_rep_select_own on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = agent_plan_steps.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = agent_plan_steps.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.agent_plan_steps for select to authenticated
  using ((select doorstep.my_role()) = 'operations');

alter table public.agent_actions enable row level security;
alter table public.agent_actions force row level security;
revoke all on public.agent_actions from public, anon, authenticated, service_role;
grant select, update on public.agent_actions to authenticated;
grant select, insert, update on public.agent_actions to service_role;
grant select, insert, update on public.agent_actions to worker;
grant select on public.agent_actions to doorstep_definer;

create policy owner_all on public.agent_actions to {{owner}} using (true) with check (true);
create policy service_all on public.agent_actions to service_role using (true) with check (true);
create policy worker_all on public.agent_actions to worker using (true) with check (true);
create policy definer_all on public.agent_actions to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.agent_actions for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = agent_actions.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.agent_actions for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = agent_actions.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.agent_actions for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.agent_actions for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.agent_actions for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_manager_update_team on public.agent_actions for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = agent_actions.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = agent_actions.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));

alter table public.qualification_scores enable row level security;
alter table public.qualification_scores force row level security;
revoke all on public.qualification_scores from public, anon, authenticated, service_role;
grant select, insert on public.qualification_scores to authenticated;
grant select, insert, update, delete on public.qualification_scores to service_role;
grant select, insert, update on public.qualification_scores to worker;

create policy owner_all on public.qualification_scores to {{owner}} using (true) with check (true);
create policy service_all on public.qualification_scores to service_role using (true) with check (true);
create policy worker_all on public.qualification_scores to worker using (true) with check (true);
create policy sales_rep_select_own on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = qualification_scores.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = qualification_scores.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.qualification_scores for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_rep_insert_own on public.qualification_scores for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = qualification_scores.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_insert_team on public.qualification_scores for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = qualification_scores.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
revoke update, delete on public.qualification_scores from service_role, worker;

alter table public.detected_entities enable row level security;
alter table public.detected_entities force row level security;
revoke all on public.detected_entities from public, anon, authenticated, service_role;
grant select, update on public.detected_entities to authenticated;
grant select, insert, update, delete on public.detected_entities to service_role;
grant select, insert, update on public.detected_entities to worker;
grant select, update on public.detected_entities to doorstep_definer;

create policy owner_all on public.detected_entities to {{owner}} using (true) with check (true);
create policy service_all on public.detected_entities to service_role using (true) with check (true);
create policy worker_all on public.detected_entities to worker using (true) with check (true);
create policy definer_all on public.detected_entities to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.detected_entities for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.detected_entities for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.detected_entities for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.detected_entities for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.detected_entities for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_rep_update_own on public.detected_entities for update to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id and p.assigned_to = (select auth.uid())))
  with check ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_update_team on public.detected_entities for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = detected_entities.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));

-- operations: that something was done, not what was said.
create view public.agent_actions_no_payload as
select id, conversation_id, "timestamp", action, null::text as details, status, live_conversation_id, plan_step_id, prospect_id, seq, action_type,
  actor, actor_id, null::jsonb as input, null::jsonb as output, input_hash, confidence, approved_by, error_code, started_at, finished_at,
  latency_ms, model_name, prompt_version, tokens_in, tokens_out, cost_minor, idempotency_key, created_at, updated_at
from public.agent_actions
where (select doorstep.my_role()) = 'operations';
revoke all on public.agent_actions_no_payload from public, anon, authenticated, service_role;
grant select on public.agent_actions_no_payload to authenticated;
alter view public.agent_actions_no_payload owner to doorstep_definer;
