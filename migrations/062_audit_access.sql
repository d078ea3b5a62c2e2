-- Who may do what, and what opens doors, is changed on the record: an audit row in the transaction of each change, written by
-- trigger, so that the command line, an import and the service key leave one as a request does.

-- As before (007_compliance), with the keys of lead forms among what only administrators and compliance officers read.
create or replace function doorstep.audit(action text, noun text, row_id uuid default null, details jsonb default null) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  salt     constant bytea := uuid_send(gen_random_uuid());
  audit_id bigint;
begin
  insert into public.audit_log (actor, actor_role, category, action, noun, row_id, payload_hash)
  values (auth.uid(),
          coalesce(doorstep.my_role(), auth.role()),
          case when noun in ('users', 'teams', 'team_members', 'auth', 'sessions', 'settings', 'integrations', 'integration_secrets',
                             'lead_keys', 'exports')
                 then 'security'
               when noun in ('consents', 'suppressions', 'contact_policies', 'data_subject_requests', 'audit_log', 'legal_holds')
                 then 'compliance'
               when noun in ('conversations', 'live_conversations', 'transcript_messages', 'agent_actions', 'agent_plan_steps',
                             'detected_entities', 'qualification_scores', 'qa_reviews', 'qa_scorecards')
                 then 'quality'
               else 'business' end,
          action, noun, row_id,
          case when details is not null then sha256(salt || convert_to(details::text, 'UTF8')) end)
  returning id into audit_id;
  if details is not null then
    insert into public.audit_payloads (audit_id, salt, payload) values (audit_id, salt, details);
  end if;
  return audit_id;
end
$$;

create function doorstep.audit_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform doorstep.audit('user.let_in', 'users', new.id, jsonb_build_object('role', new.role, 'status', new.status));
    return null;
  end if;
  if new.role <> old.role then
    perform doorstep.audit('user.role_changed', 'users', new.id, jsonb_build_object('from', old.role, 'to', new.role));
  end if;
  if new.status <> old.status then
    perform doorstep.audit(case new.status when 'active' then 'user.activated' else 'user.deactivated' end, 'users', new.id,
                           jsonb_build_object('role', new.role));
  end if;
  return null;
end
$$;

-- Whoever leads a team sees its people's work.
create function doorstep.audit_team_member() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  at public.team_members := case tg_op when 'DELETE' then old else new end;
begin
  perform doorstep.audit(
    case tg_op when 'INSERT' then 'team_member.added' when 'UPDATE' then 'team_member.changed' else 'team_member.removed' end,
    'team_members', at.id, jsonb_build_object('team', at.team_id, 'user', at.user_id, 'is_lead', at.is_lead));
  return null;
end
$$;

-- Which names are set, never what they are set to.
create function doorstep.audit_secret() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform doorstep.audit('integration_secret.removed', 'integration_secrets', old.integration_id);
  else
    perform doorstep.audit(case tg_op when 'INSERT' then 'integration_secret.created' else 'integration_secret.changed' end,
                           'integration_secrets', new.integration_id, jsonb_build_object('key_names', new.key_names));
  end if;
  return null;
end
$$;

create function doorstep.audit_lead_key() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform doorstep.audit(
    case when tg_op = 'INSERT' then 'lead_key.created' when new.revoked_at is not null and old.revoked_at is null then 'lead_key.revoked'
         else 'lead_key.changed' end,
    'lead_keys', new.id, jsonb_build_object('name', new.name, 'source', new.source, 'team', new.team_id));
  return null;
end
$$;

revoke all on function doorstep.audit_user(), doorstep.audit_team_member(), doorstep.audit_secret(), doorstep.audit_lead_key()
  from public, anon, authenticated, service_role;
alter function doorstep.audit_user()        owner to doorstep_definer;
alter function doorstep.audit_team_member() owner to doorstep_definer;
alter function doorstep.audit_secret()      owner to doorstep_definer;
alter function doorstep.audit_lead_key()    owner to doorstep_definer;

create trigger users_audit_insert after insert on public.users
  for each row when (new.status = 'active' or new.role <> 'sales_rep') execute function doorstep.audit_user();
create trigger users_audit after update on public.users
  for each row when (new.role <> old.role or new.status <> old.status) execute function doorstep.audit_user();
create trigger team_members_audit after insert or update or delete on public.team_members
  for each row execute function doorstep.audit_team_member();
create trigger integration_secrets_audit_insert after insert or delete on public.integration_secrets
  for each row execute function doorstep.audit_secret();
create trigger integration_secrets_audit after update on public.integration_secrets
  for each row when (new.config_encrypted <> old.config_encrypted or new.key_names <> old.key_names)
  execute function doorstep.audit_secret();
create trigger lead_keys_audit_insert after insert on doorstep.lead_keys
  for each row execute function doorstep.audit_lead_key();
create trigger lead_keys_audit after update on doorstep.lead_keys
  for each row when (to_jsonb(old) - 'last_used_at' is distinct from to_jsonb(new) - 'last_used_at')
  execute function doorstep.audit_lead_key();
