-- What the permission model says and a policy or guard did not.

-- A person expires only what is pending: whoever has claimed a package would lose it unheard. The system still ends a
-- claimed one when the customer cancels.
create or replace function doorstep.handoff_packages_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  content constant text[] := array['priority', 'reason', 'summary', 'detected_needs', 'suggested_properties', 'suggested_property_ids',
            'qualification_score', 'conversation_context', 'next_steps', 'suggested_follow_up_channel', 'claim_due_at', 'expires_at',
            'status', 'team_id', 'offered_to'];
  copied  constant text[] := array['prospect_name', 'prospect_phone', 'prospect_email', 'prospect_whatsapp', 'version', 'updated_at'];
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
  person record;
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    -- As the caller: what he cannot see is not there. The contact fields are the prospect's at this moment.
    select p.name, p.phone, p.email, p.whatsapp, p.team_id into person from public.prospects p where p.id = new.prospect_id;
    if not found then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
    end if;
    if not exists (select from public.conversations c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)
       and not (direct and exists (select from public.conversations_metadata c where c.id = new.conversation_id and c.prospect_id = new.prospect_id)) then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_conversation_id_fkey', 'conversation_id', new.conversation_id, 'conversations');
    end if;
    if new.appointment_id is not null
       and not exists (select from public.appointments a where a.id = new.appointment_id and a.prospect_id = new.prospect_id) then
      perform doorstep.refuse_reference('handoff_packages', 'handoff_packages_appointment_id_fkey', 'appointment_id', new.appointment_id, 'appointments');
    end if;
    new.prospect_name := person.name; new.prospect_phone := person.phone;
    new.prospect_email := person.email; new.prospect_whatsapp := person.whatsapp;
    if direct then
      if    new.created_by <> me          then perform doorstep.refuse_column('handoff_packages', 'created_by');
      elsif new.claimed_by is not null    then perform doorstep.refuse_column('handoff_packages', 'claimed_by');
      elsif new.claimed_at is not null    then perform doorstep.refuse_column('handoff_packages', 'claimed_at');
      elsif new.status <> 'pending'       then perform doorstep.refuse_column('handoff_packages', 'status');
      elsif new.routing_rule_id is not null then perform doorstep.refuse_column('handoff_packages', 'routing_rule_id');
      elsif new.model_version is not null then perform doorstep.refuse_column('handoff_packages', 'model_version');
      elsif new.inputs_hash is not null   then perform doorstep.refuse_column('handoff_packages', 'inputs_hash');
      end if;
      if new.team_id is not null and new.team_id <> person.team_id
         and (asker = 'sales_rep' or (asker = 'sales_manager' and not new.team_id = any (doorstep.led_team_ids()))) then
        perform doorstep.refuse_column('handoff_packages', 'team_id');
      end if;
      if new.offered_to is not null then
        perform doorstep.check_assignee(new.offered_to, 'handoff_packages', 'offered_to');
      end if;
      new.created_by := me;
    end if;
    -- The prospect's team, so that one package has one pool, whoever asked for it.
    new.team_id := coalesce(new.team_id, person.team_id);
    return new;
  end if;

  new.version := old.version + 1;
  if new.prospect_id = old.prospect_id and (direct or current_user = 'doorstep_definer') then
    new.prospect_name := old.prospect_name; new.prospect_phone := old.prospect_phone;
    new.prospect_email := old.prospect_email; new.prospect_whatsapp := old.prospect_whatsapp;
  end if;
  if direct then
    perform doorstep.guard_columns('handoff_packages', to_jsonb(old), to_jsonb(new), content, copied);
    if asker = 'sales_manager' and new.team_id <> old.team_id and not new.team_id = any (doorstep.led_team_ids()) then
      perform doorstep.refuse_column('handoff_packages', 'team_id');
    end if;
    if new.offered_to is distinct from old.offered_to and new.offered_to is not null then
      perform doorstep.check_assignee(new.offered_to, 'handoff_packages', 'offered_to');
    end if;
    -- A claim, a release and a completion are verbs; what is left is to expire a package that nobody holds and to revive it.
    -- Both a manager's. What somebody holds he releases first, or it passes to another.
    if new.status <> old.status and (old.status, new.status) not in (('pending', 'expired'), ('expired', 'pending')) then
      perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
    end if;
    if new.status = 'pending' and old.status = 'expired' then
      new.claimed_by := null; new.claimed_at := null; new.completion_outcome := null;
      -- A deadline that has passed would end it again at once.
      new.expires_at   := case when new.expires_at   is distinct from old.expires_at   then new.expires_at   end;
      new.claim_due_at := case when new.claim_due_at is distinct from old.claim_due_at then new.claim_due_at end;
    end if;
  elsif new.status <> old.status
        and (old.status, new.status) not in (('pending', 'claimed'), ('pending', 'expired'), ('claimed', 'pending'), ('claimed', 'completed'),
                                             ('claimed', 'expired')) then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  return new;
end
$$;
