-- One row of every noun, hanging together; see pages.rs.
do $$
declare
  said   constant text := '{text}';
  owner  constant uuid := '{owner}';
  team   uuid := (select id from public.teams where is_default);
  person uuid;
  home   uuid;
  run    uuid;
  talk   uuid;
begin
  update public.users set name = said where id = owner;
  insert into public.properties (name, city, price_range, bedrooms, type, description, features)
  values (said, said, said, 2, 'villa', said, array[said]) returning id into home;
  insert into public.prospects (name, email, budget, city, timeline, assigned_to, team_id)
  values (said, 'someone-' || gen_random_uuid() || '@example.com', said, said, said, owner, team) returning id into person;
  insert into public.campaigns (name, segment, channels, created_by, team_id)
  values (said, said, array['phone'], owner, team) returning id into run;
  insert into public.conversations (prospect_id, prospect_name, campaign_id, channel, outcome, status, notes, transcript)
  values (person, said, run, 'phone', 'connected', 'closed', said, said) returning id into talk;
  insert into public.appointments
    (prospect_id, prospect_name, property_id, property_name, assigned_rep_id, assigned_rep_name, scheduled_date, location, notes)
  values (person, said, home, said, owner, said, date_trunc('hour', now()) + interval '3 hours', said, said);
  insert into public.handoff_packages
    (conversation_id, prospect_id, prospect_name, priority, reason, summary, conversation_context, source_channel, team_id, claim_due_at)
  values (talk, person, said, 'high', said, said, said, 'phone', team, now() - interval '4 minutes');
end
$$;
