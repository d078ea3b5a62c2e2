-- A few rows of every noun, hanging together and around one person, so that
-- what is asked for exists. Run once for each caller.
do $$
declare
  owner constant uuid := (select id from public.users where email = '{email}');
  team  constant uuid := (select id from public.teams where is_default);
  admin constant uuid := (select id from public.users where role = 'admin' limit 1);
  home uuid; person uuid; campaign uuid; run uuid; talk uuid; live uuid; other uuid;
begin
  for n in 1..6 loop
    insert into public.properties (name, city, price_range, bedrooms, type, description, features, list_price_low, list_price_high, currency)
    values ('Home ' || n, 'Porto', 'EUR 500K', 3, 'villa', 'By the river.', array['garden'], 500000, 520000, 'EUR')
    returning id into home;
    insert into public.prospects (name, email, phone, whatsapp, budget, city, timeline, assigned_to, team_id, status)
    values ('Prospect ' || n, 'p-' || gen_random_uuid() || '@example.com',
            '+15' || lpad((random() * 999999999)::int::text, 9, '0'), '+16' || lpad((random() * 999999999)::int::text, 9, '0'),
            '500k', 'Porto', '3 months', case when n < 5 then owner end, team, 'qualified')
    returning id into person;
    insert into public.campaigns (name, segment, status, channels, created_by, team_id)
    values ('Campaign ' || n, 'buyers', case when n < 4 then 'draft' else 'active' end, array['phone', 'email'], coalesce(owner, admin), team)
    returning id into campaign;
    insert into public.campaign_runs (campaign_id, status) values (campaign, 'running') returning id into run;
    insert into public.queued_leads (campaign_run_id, prospect_id, channel, phone, status)
    values (run, person, 'phone', '+15550000000', 'queued');
    insert into public.conversations (prospect_id, campaign_id, channel, outcome, transcript)
    values (person, campaign, 'phone', 'connected', 'What was said.') returning id into talk;
    insert into public.conversations (prospect_id, channel, outcome, transcript)
    values (person, 'whatsapp', 'responded', 'What was written.') returning id into other;
    insert into public.live_conversations (conversation_id, prospect_id, channel, status, state, controller, controller_user_id)
    values (talk, person, 'whatsapp', 'connected', 'human_active', 'human', coalesce(owner, admin)) returning id into live;
    insert into public.transcript_messages (live_conversation_id, conversation_id, speaker, message, type)
    values (live, talk, 'rep', 'Hello.', 'text');
    insert into public.agent_actions (conversation_id, action, details, status)
    values (talk, 'say', 'Hello.', 'awaiting_approval');
    insert into public.agent_plan_steps (live_conversation_id, step, name, description, status)
    values (live, 1, 'Greet', 'Say hello.', 'pending');
    insert into public.detected_entities (conversation_id, live_conversation_id, type, value, confidence)
    values (talk, live, 'budget', '500k', 60);
    insert into public.qualification_scores (conversation_id, intent_score, overall_score, budget, timeline, need, authority, engagement)
    values (talk, 50, 50, 10, 10, 10, 10, 10);
    insert into public.appointments (prospect_id, property_id, assigned_rep_id, scheduled_date, location, notes)
    values (person, home, coalesce(owner, admin), date_trunc('hour', now()) + interval '1 day' * (n + 7 * {round}), 'Porto', 'Ring twice.');
    insert into public.handoff_packages (conversation_id, prospect_id, priority, reason, summary, conversation_context, source_channel, team_id, status)
    values (other, person, 'high', 'high_intent', 'A summary.', 'What was said.', 'phone', team, 'pending');
    insert into public.integrations (name, type, status) values ('Integration ' || {round} || '-' || n, 'crm', 'connected');
    insert into public.consents (prospect_id, channel, purpose, status) values (person, 'phone', 'marketing', 'granted');
    insert into public.suppressions (prospect_id, channel, reason) values (person, 'sms', 'verbal');
    insert into public.contact_policies (jurisdiction, channel, window_start, window_end)
    values (chr(64 + n) || chr(65 + {round}), 'phone', '09:00', '18:00') on conflict do nothing;
    insert into public.teams (name) values ('Team ' || {round} || '-' || n);
    insert into public.routing_rules (name, conditions, assign_to, priority)
    values ('Rule ' || {round} || '-' || n, '[]', 'auto', 50 + n);
  end loop;
end
$$;
