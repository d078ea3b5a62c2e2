-- What time does to a package: nobody claims it, and it is offered to the next, passes to a manager, expires; whoever claimed it
-- lets it lie, and it goes back. Each is a job that waits for its moment.

alter table doorstep.jobs drop constraint jobs_kind;
alter table doorstep.jobs add constraint jobs_kind check (kind in
  ('route_prospect', 'route_handoff', 'reroute_person', 'drain', 'handoff_due', 'handoff_expires', 'handoff_idle'));

-- As ask_for(), but at a moment, which another one for the same thing replaces.
create function doorstep.ask_at(job text, about uuid, at timestamptz) returns void
language sql volatile set search_path = ''
as $$
  insert into doorstep.jobs as j (kind, key, run_at) values (job, about, at)
  on conflict (kind, key) do update set asked = j.asked + 1, run_at = excluded.run_at
$$;

-- To whom it was offered until then: whoever let it pass is not asked again.
alter table public.handoff_changes add column offered_from uuid;

create or replace function doorstep.log_handoff_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.handoff_changes (handoff_id, prospect_id, from_status, to_status, from_user, to_user, offered_from, offered_to, actor,
                                      reason, created_at)
  values (new.id, new.prospect_id, case when tg_op = 'UPDATE' then old.status end, new.status,
          case when tg_op = 'UPDATE' then old.claimed_by end, new.claimed_by,
          case when tg_op = 'UPDATE' then old.offered_to end, new.offered_to,
          (select u.id from public.users u where u.id = auth.uid()), nullif(current_setting('request.reason', true), ''), doorstep.request_now());
  return null;
end
$$;

-- Given back, it waits anew.
create function doorstep.handoff_packages_rewind() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.claim_due_at := null;
  new.expires_at   := null;
  return new;
end
$$;

-- A package without deadlines gets them by the job that minds them, as only the program counts in working hours.
create function doorstep.wind_handoff() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.status = 'pending' then
    perform doorstep.ask_at('handoff_due', new.id, case when new.expires_at is null then doorstep.request_now()
                                                        else coalesce(new.claim_due_at, doorstep.request_now()) end);
    if new.expires_at is not null then
      perform doorstep.ask_at('handoff_expires', new.id, new.expires_at);
    end if;
  elsif new.status = 'claimed' then
    perform doorstep.ask_at('handoff_idle', new.id, new.claimed_at);
  end if;
  return null;
end
$$;
revoke all on function doorstep.ask_at(text, uuid, timestamptz), doorstep.handoff_packages_rewind(), doorstep.wind_handoff()
  from public, anon, authenticated, service_role;
grant execute on function doorstep.ask_at(text, uuid, timestamptz) to worker, doorstep_definer;
alter function doorstep.wind_handoff() owner to doorstep_definer;

create trigger handoff_packages_3_rewind before update on public.handoff_packages
  for each row when (old.status = 'claimed' and new.status = 'pending') execute function doorstep.handoff_packages_rewind();
create trigger handoff_packages_wind_insert after insert on public.handoff_packages
  for each row when (new.status in ('pending', 'claimed')) execute function doorstep.wind_handoff();
create trigger handoff_packages_wind_update after update on public.handoff_packages
  for each row when (new.status in ('pending', 'claimed')
    and (new.status, new.claim_due_at, new.expires_at, new.claimed_at, new.claimed_by)
      is distinct from (old.status, old.claim_due_at, old.expires_at, old.claimed_at, old.claimed_by))
  execute function doorstep.wind_handoff();

-- What waits already. What is claimed already stays with whom it is.
insert into doorstep.jobs (kind, key, run_at)
select 'handoff_due', h.id, case when h.expires_at is null then now() else coalesce(h.claim_due_at, now()) end
from public.handoff_packages h where h.status = 'pending'
union all
select 'handoff_expires', h.id, h.expires_at from public.handoff_packages h where h.status = 'pending' and h.expires_at is not null
on conflict (kind, key) do nothing;
