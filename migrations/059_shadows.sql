-- A row that was merged is the shadow of the one that stands for the person: its addresses are still that person's, and
-- nothing new hangs on it. All of it is looked at afterwards, so that the policies answer first.

create index prospects_shadow_phone_idx on public.prospects (phone_e164)       where merged_into_id is not null and phone_e164 is not null;
create index prospects_shadow_email_idx on public.prospects (email_normalized) where merged_into_id is not null and email_normalized is not null;

create function doorstep.prospects_shadow() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.merged_into_id is null and new.erased_at is null then
    if exists (select from public.prospects s where s.merged_into_id <> new.id and s.erased_at is null and s.phone_e164 = new.phone_e164) then
      raise exception using errcode = '23505', message = 'prospect_duplicate', constraint = 'prospects_phone_unique';
    elsif exists (select from public.prospects s where s.merged_into_id <> new.id and s.erased_at is null and s.email_normalized = new.email_normalized) then
      raise exception using errcode = '23505', message = 'prospect_duplicate', constraint = 'prospects_email_unique';
    end if;
  elsif tg_op = 'UPDATE' and current_setting('role') = 'authenticated' and new.merged_into_id = old.merged_into_id
        and (new.name, new.phone, new.whatsapp, new.email, new.status, new.assigned_to, new.team_id)
            is distinct from (old.name, old.phone, old.whatsapp, old.email, old.status, old.assigned_to, old.team_id)
        and new.erased_at is not distinct from old.erased_at then
    perform doorstep.refuse('DS409', 'prospect_gone', new.id::text);
  end if;
  return null;
end
$$;

create function doorstep.no_shadow() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (select from public.prospects p where p.id = new.prospect_id and p.merged_into_id is not null) then
    perform doorstep.refuse('DS409', 'prospect_gone', new.prospect_id::text);
  end if;
  return null;
end
$$;
revoke all on function doorstep.prospects_shadow(), doorstep.no_shadow() from public, anon, authenticated, service_role;
alter function doorstep.prospects_shadow() owner to doorstep_definer;
alter function doorstep.no_shadow()        owner to doorstep_definer;

create trigger prospects_shadow after insert or update on public.prospects for each row execute function doorstep.prospects_shadow();
create trigger conversations_no_shadow      after insert on public.conversations      for each row execute function doorstep.no_shadow();
create trigger live_conversations_no_shadow after insert on public.live_conversations for each row execute function doorstep.no_shadow();
create trigger appointments_no_shadow       after insert on public.appointments       for each row execute function doorstep.no_shadow();
create trigger handoff_packages_no_shadow   after insert on public.handoff_packages   for each row execute function doorstep.no_shadow();
