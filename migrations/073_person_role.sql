-- Who is asking, looked up once a transaction: the statement that puts the identity on a transaction reads the living session
-- anyway, and tells the policies from it (request.person_role, request.jwt.claim.sub). Each policy's call of my_role() was a
-- query of its own before: a third of what PostgreSQL did for a prospect by id.

alter table doorstep.live_sessions add column person_role text;
comment on column doorstep.live_sessions.person_role is
  'The person''s role, kept true by the triggers on users; NULL for whoever has not been let in, who is asked for each time.';

-- The role of somebody who was let in: for the triggers below, and for nobody else.
create function doorstep.role_of(person uuid) returns text
language sql stable security definer set search_path = ''
as $$ select u.role from public.users u where u.id = person and u.status = 'active' and u.deactivated_at is null $$;

-- As my_role() was: without an identity of the program's, as in a database session of the owner's.
create function doorstep.looked_up_role() returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return doorstep.role_of(auth.uid());
end
$$;

revoke all on function doorstep.role_of(uuid), doorstep.looked_up_role() from public, anon, authenticated, service_role;
grant execute on function doorstep.role_of(uuid) to doorstep_auth;
grant execute on function doorstep.looked_up_role() to authenticated, service_role, worker, doorstep_auth;
alter function doorstep.role_of(uuid)      owner to doorstep_definer;
alter function doorstep.looked_up_role()   owner to doorstep_definer;

-- One expression without settings of its own, so that the planner puts it in place of the call.
create or replace function doorstep.my_role() returns text
language sql stable security invoker
as $$ select coalesce(nullif(pg_catalog.current_setting('request.person_role', true), ''), doorstep.looked_up_role()) $$;
alter function doorstep.my_role() reset all;

-- The same for the person himself; a project that has its own auth.uid() reads the same setting already, and keeps it.
do $uid$
begin
  if (select prosrc from pg_catalog.pg_proc where oid = to_regprocedure('auth.uid()'))
       = $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$
  then
    create or replace function auth.uid() returns uuid language sql stable
      as $f$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                             nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
  end if;
end
$uid$;

-- The sessions' copies ---------------------------------------------------------------------------------------------

create or replace function doorstep.keep_live_session() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    delete from doorstep.live_sessions where session_id = old.id;
    return null;
  end if;
  insert into doorstep.live_sessions as live (session_id, user_id, db_role, not_after, person_role)
  select new.id, new.user_id, case when u.is_anonymous then 'anon' else 'authenticated' end, new.not_after, doorstep.role_of(new.user_id)
  from auth.users u where u.id = new.user_id
  on conflict (session_id) do update
    set user_id = excluded.user_id, db_role = excluded.db_role, not_after = excluded.not_after, person_role = excluded.person_role;
  return null;
end
$$;

create function doorstep.keep_person_role() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update doorstep.live_sessions
  set person_role = case when new.status = 'active' and new.deactivated_at is null then new.role end
  where user_id = new.id;
  return null;
end
$$;

revoke all on function doorstep.keep_person_role() from public, anon, authenticated, service_role;
alter function doorstep.keep_person_role() owner to doorstep_auth;

create trigger users_keep_role_insert after insert on public.users
  for each row execute function doorstep.keep_person_role();
create trigger users_keep_role_update after update on public.users
  for each row when (old.role is distinct from new.role or old.status is distinct from new.status
                     or old.deactivated_at is distinct from new.deactivated_at)
  execute function doorstep.keep_person_role();

set local role doorstep_auth;
update doorstep.live_sessions set person_role = doorstep.role_of(user_id);
set local role {{owner}};
