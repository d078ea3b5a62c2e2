-- The administrator's script: the roles, their memberships, and the rights that only an administrator can give.
--
-- Run it in the database itself, as a superuser or as a role with CREATEROLE. It may be run again at any time.
-- The program replaces {{owner}} (runs the migrations, owns the tables), {{login}} (the server logs in as it)
-- and {{database}} by quoted identifiers. A role that exists is kept as it is.

-- 1. The roles. None of them can log in but the login role, which has no right of its own (002 lets it read one table).
--    anon, authenticated, service_role   the callers of the API, as in a Supabase project
--    nobody                              a caller whose session is over
--    worker                              system jobs
--    doorstep_definer                    owns the SECURITY DEFINER functions; nobody acts as it
--    doorstep_auth                       the only one who writes auth.*
do $roles$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role', 'nobody', 'worker', 'doorstep_definer', 'doorstep_auth'] loop
    continue when exists (select from pg_catalog.pg_roles where rolname = wanted);
    begin
      -- Only a superuser grants BYPASSRLS (PostgreSQL 15). Without it the policies "service_all" carry service_role.
      if wanted = 'service_role' and (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute 'create role service_role nologin bypassrls';
      else
        execute format('create role %I nologin', wanted);
      end if;
    exception
      when duplicate_object or unique_violation then null;  -- another server of this cluster was quicker
    end;
  end loop;

  if to_regrole($q${{login}}$q$) is null then
    begin
      execute $q$create role {{login}} login noinherit$q$;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
end
$roles$;

-- 2. Memberships. The login role may become any caller (SET ROLE) and inherits nothing.
--    The owner must be a member of a role to hand it a function, and to serve where the login role cannot be used.
do $members$
declare
  parent text;
  joiner regrole;
begin
  foreach joiner in array array[to_regrole($q${{login}}$q$), to_regrole($q${{owner}}$q$)] loop
    foreach parent in array array['anon', 'authenticated', 'service_role', 'nobody', 'worker', 'doorstep_auth', 'doorstep_definer'] loop
      -- doorstep_definer is the owner's alone: whoever can become it passes every check that a function makes.
      continue when parent = 'doorstep_definer' and joiner <> to_regrole($q${{owner}}$q$);
      continue when exists (select from pg_catalog.pg_auth_members m
                            where m.roleid = to_regrole(parent) and m.member = joiner::oid);
      execute format('grant %I to %s', parent, joiner);
    end loop;
  end loop;
end
$members$;

-- 3. The database. The owner makes schemas and the (trusted) extensions, and hands functions in public to their owners.
do $database$
begin
  if not has_database_privilege(to_regrole($q${{owner}}$q$), current_database(), 'CREATE') then
    execute $q$grant create on database {{database}} to {{owner}}$q$;
  end if;
  execute $q$grant connect on database {{database}} to {{login}}$q$;
  if not has_schema_privilege(to_regrole($q${{owner}}$q$), 'public', 'CREATE WITH GRANT OPTION') then
    execute $q$grant usage, create on schema public to {{owner}} with grant option$q$;
  end if;
end
$database$;

-- 4. A Supabase project's auth schema, if there is one. It belongs to somebody else (supabase_auth_admin), stays as it
--    is, and gets: rights and one policy per table for doorstep_auth, triggers and references for the owner.
do $auth$
declare
  item record;
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'auth' and nspowner <> to_regrole($q${{owner}}$q$)) then
    return;
  end if;

  execute $q$grant usage on schema auth to {{owner}}, {{login}}, doorstep_auth, doorstep_definer, worker, nobody$q$;
  for item in
    select c.oid::regclass as relation, c.relname, c.relrowsecurity
    from pg_catalog.pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and c.relowner <> to_regrole($q${{owner}}$q$)
      and c.relname = any (array['users', 'identities', 'sessions', 'refresh_tokens', 'mfa_factors', 'mfa_challenges',
                                 'mfa_amr_claims', 'flow_state', 'one_time_tokens', 'audit_log_entries'])
  loop
    execute format('grant select, insert, update, delete on %s to doorstep_auth', item.relation);
    if item.relrowsecurity and not exists (select from pg_catalog.pg_policy
                                           where polrelid = item.relation and polname = 'doorstep_auth_all') then
      execute format('create policy doorstep_auth_all on %s to doorstep_auth using (true) with check (true)', item.relation);
    end if;
    if item.relname in ('users', 'sessions') then
      execute format('grant references, trigger on %s to {{owner}}', item.relation);
    end if;
  end loop;
  for item in
    select c.oid::regclass as relation from pg_catalog.pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'S' and c.relname = 'refresh_tokens_id_seq'
      and c.relowner <> to_regrole($q${{owner}}$q$)
  loop
    execute format('grant usage, select on sequence %s to doorstep_auth', item.relation);
  end loop;
end
$auth$;

-- 5. A login role that was made after the migrations: 002 could not give it its one table.
do $login$
begin
  if to_regclass('doorstep.live_sessions') is not null then
    execute $q$grant usage on schema doorstep to {{login}}$q$;
    execute $q$grant select on doorstep.live_sessions to {{login}}$q$;
  end if;
end
$login$;
