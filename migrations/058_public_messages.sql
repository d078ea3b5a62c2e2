-- A person's public message reaches the prospect whichever way it is written: a plain INSERT keeps the opt-out and
-- WhatsApp's window as speak_live() does (033_live_control). Looked at afterwards, so that the policies answer first.

create function doorstep.transcript_messages_reach() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  talk public.live_conversations;
begin
  -- The role that was set, not the function's owner: agents, imports and the demo write what was said already.
  if current_setting('role') <> 'authenticated' or new.visibility <> 'public' then
    return null;
  end if;
  select l.* into talk from public.live_conversations l where l.id = new.live_conversation_id;
  if doorstep.live_suppressed(talk, 'infinity') then
    perform doorstep.refuse('DS422', 'suppressed', '');
  -- The row's own time is what the client says.
  elsif talk.channel = 'whatsapp' and coalesce(talk.channel_window_expires_at, talk.last_inbound_at + interval '24 hours') <= clock_timestamp() then
    perform doorstep.refuse('DS422', 'channel_window_closed', '');
  end if;
  return null;
end
$$;
revoke all on function doorstep.transcript_messages_reach() from public, anon, authenticated, service_role;
alter function doorstep.transcript_messages_reach() owner to doorstep_definer;

create trigger transcript_messages_reach after insert on public.transcript_messages
  for each row execute function doorstep.transcript_messages_reach();
