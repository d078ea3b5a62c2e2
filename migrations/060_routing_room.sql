-- A package that is over makes room for what waits, and one that was given back is routed again.

create function doorstep.ask_for_room() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.status = 'pending' then
    perform doorstep.ask_for('route_handoff', new.id);
  else
    perform doorstep.ask_for('drain', '00000000-0000-0000-0000-000000000000');
  end if;
  return null;
end
$$;
revoke all on function doorstep.ask_for_room() from public, anon, authenticated, service_role;
alter function doorstep.ask_for_room() owner to doorstep_definer;

create trigger handoff_packages_room after update on public.handoff_packages
  for each row when (old.status in ('pending', 'claimed') and new.status in ('completed', 'expired'))
  execute function doorstep.ask_for_room();
create trigger handoff_packages_given_back after update on public.handoff_packages
  for each row when (old.status = 'claimed' and new.status = 'pending' and new.offered_to is null)
  execute function doorstep.ask_for_room();
