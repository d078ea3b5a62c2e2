-- Jobs: what is to be done after a commit. Written in the transaction that is the cause, claimed by any server with a lease,
-- removed in the transaction that does it: a server that dies leaves its jobs to the others when the lease ends.

create table doorstep.jobs (
  id          bigint generated always as identity primary key,
  kind        text not null constraint jobs_kind check (kind in ('route_prospect', 'route_handoff', 'reroute_person', 'drain')),
  key         uuid not null,
  run_at      timestamptz not null,
  asked       integer not null default 1,
  attempts    integer not null default 0,
  lease_until timestamptz,
  last_error  text,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  constraint jobs_once unique (kind, key)
);
comment on column doorstep.jobs.asked is 'How often it was asked for: whoever did it removes it only if nobody asked again meanwhile.';
create index jobs_due_idx on doorstep.jobs (run_at, id);
create trigger jobs_updated_at before update on doorstep.jobs for each row execute function public.update_updated_at_column();

create function doorstep.ask_for(job text, about uuid) returns void
language sql volatile set search_path = ''
as $$
  insert into doorstep.jobs as j (kind, key, run_at) values (job, about, doorstep.request_now())
  on conflict (kind, key) do update set asked = j.asked + 1, run_at = least(j.run_at, excluded.run_at)
$$;

-- What has no owner is routed; where room becomes free, what waits is tried again; whoever leaves, leaves his open work.
create function doorstep.ask_for_routing() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_table_name = 'users' then
    if tg_argv[0] = 'left' then
      perform doorstep.ask_for('reroute_person', new.id);
    else
      perform doorstep.ask_for('drain', '00000000-0000-0000-0000-000000000000');
    end if;
  elsif tg_table_name = 'prospects' and tg_op = 'UPDATE' then
    perform doorstep.ask_for('drain', '00000000-0000-0000-0000-000000000000');
  else
    perform doorstep.ask_for(case tg_table_name when 'prospects' then 'route_prospect' else 'route_handoff' end, new.id);
  end if;
  return null;
end
$$;
revoke all on function doorstep.ask_for(text, uuid), doorstep.ask_for_routing() from public, anon, authenticated, service_role;
grant execute on function doorstep.ask_for(text, uuid) to worker, doorstep_definer;
alter function doorstep.ask_for_routing() owner to doorstep_definer;

create trigger prospects_route after insert on public.prospects
  for each row when (new.assigned_to is null and new.merged_into_id is null and new.erased_at is null)
  execute function doorstep.ask_for_routing();
create trigger prospects_room after update on public.prospects
  for each row when (old.assigned_to is not null
    and (new.assigned_to is distinct from old.assigned_to or (new.status <> old.status and new.status in ('closed', 'lost'))))
  execute function doorstep.ask_for_routing();
create trigger handoff_packages_route after insert on public.handoff_packages
  for each row when (new.status = 'pending' and new.offered_to is null) execute function doorstep.ask_for_routing();
create trigger users_left after update on public.users
  for each row when (new.status = 'inactive' and old.status = 'active') execute function doorstep.ask_for_routing('left');
create trigger users_room after update on public.users
  for each row when (new.status = 'active'
    and (new.max_open_leads > old.max_open_leads or (new.availability = 'online' and old.availability <> 'online')
         or old.status <> 'active' or new.out_of_office_until is distinct from old.out_of_office_until))
  execute function doorstep.ask_for_routing('room');

alter table doorstep.jobs enable row level security;
alter table doorstep.jobs force row level security;
revoke all on doorstep.jobs from public, anon, authenticated, service_role;
grant select, insert, update, delete on doorstep.jobs to worker, doorstep_definer;
create policy owner_all   on doorstep.jobs to {{owner}}        using (true) with check (true);
create policy worker_all  on doorstep.jobs to worker           using (true) with check (true);
create policy definer_all on doorstep.jobs to doorstep_definer using (true) with check (true);
