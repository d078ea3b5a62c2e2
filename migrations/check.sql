-- What is missing before the first migration: one row each, what it is and the statement that an administrator runs
-- (all of them together are roles.sql). No row: the migrations can run. Reads the catalogue only, as the owner.
-- {{login}} is a quoted identifier; rows about the login role come only where it exists (without it the server uses the
-- owner's connections with role=nobody).
with
me as (
  select r.oid, r.rolname, r.rolsuper, quote_ident(r.rolname) as ident from pg_catalog.pg_roles r where r.rolname = current_user
),
login as (
  select r.oid, quote_ident(r.rolname) as ident from pg_catalog.pg_roles r where r.oid = to_regrole($q${{login}}$q$)
),
wanted (name, for_login) as (
  values ('anon', true), ('authenticated', true), ('service_role', true), ('nobody', true), ('worker', true),
         ('doorstep_auth', true), ('doorstep_definer', false)
),
role as (
  select w.name, w.for_login, r.oid, r.rolsuper, r.rolbypassrls, r.rolcanlogin
  from wanted w left join pg_catalog.pg_roles r on r.rolname = w.name
),
-- Somebody else's auth schema (a Supabase project's). Where there is none, or it is ours, 002 makes and opens it.
foreign_auth as (
  select n.oid from pg_catalog.pg_namespace n, me where n.nspname = 'auth' and n.nspowner <> me.oid
),
auth_table (name) as (
  values ('users'), ('identities'), ('sessions'), ('refresh_tokens'), ('mfa_factors'), ('mfa_challenges'),
         ('mfa_amr_claims'), ('flow_state'), ('one_time_tokens'), ('audit_log_entries')
),
auth_relation as (
  select t.name, c.oid, c.relrowsecurity
  from foreign_auth f cross join auth_table t
  left join pg_catalog.pg_class c on c.relnamespace = f.oid and c.relname = t.name and c.relkind in ('r', 'p')
),
missing (part, what, script) as (
  select 1, 'PostgreSQL ' || current_setting('server_version') || ' is older than 15', '-- install PostgreSQL 15 or newer'
  where current_setting('server_version_num')::integer < 150000
  union all
  select 1, 'the database is encoded in ' || current_setting('server_encoding') || ', not in UTF8',
         format('create database %I encoding ''UTF8'' template template0', current_database())
  where current_setting('server_encoding') <> 'UTF8'
  union all
  select 2, 'the role ' || role.name || ' does not exist', 'create role ' || role.name || ' nologin'
  from role where role.oid is null
  union all
  select 2, 'the role ' || role.name || ' is bound by no policy (SUPERUSER or BYPASSRLS)',
         'alter role ' || role.name || ' nosuperuser nobypassrls'
  from role where (role.rolsuper or role.rolbypassrls and role.name <> 'service_role')
  union all
  select 3, 'the owner ' || me.rolname || ' is no member of ' || role.name, format('grant %I to %s', role.name, me.ident)
  from role, me where role.oid is not null and not pg_has_role(me.oid, role.oid, 'MEMBER')
  union all
  select 3, 'the login role is no member of ' || role.name, format('grant %I to %s', role.name, login.ident)
  from role, login, me
  where role.oid is not null and role.for_login and login.oid <> me.oid and not pg_has_role(login.oid, role.oid, 'MEMBER')
  union all
  select 4, 'the owner may not create schemas in the database ' || current_database(),
         format('grant create on database %I to %s', current_database(), me.ident)
  from me where not has_database_privilege(me.oid, current_database(), 'CREATE')
  union all
  select 4, 'the owner may not create tables in the schema public and let others',
         format('grant usage, create on schema public to %s with grant option', me.ident)
  from me where not has_schema_privilege(me.oid, 'public', 'CREATE WITH GRANT OPTION')
             or not has_schema_privilege(me.oid, 'public', 'USAGE WITH GRANT OPTION')
  union all
  select 4, 'the extension ' || e.name || ' is not installed and the owner may not install it',
         'create extension ' || e.name
  from me, (values ('btree_gist'), ('pg_trgm'), ('unaccent')) as e (name)
  where not exists (select from pg_catalog.pg_extension x where x.extname = e.name)
    and not exists (select from pg_catalog.pg_available_extension_versions v
                    where v.name = e.name and (v.trusted or me.rolsuper))
  union all
  select 4, 'the tables of another installation stand in the schema public (public.' || t.name || ')',
         format('-- move them away: alter table public.%I set schema …', t.name)
  from (values ('users'), ('prospects'), ('properties'), ('campaigns'), ('conversations'), ('appointments'),
               ('handoff_packages'), ('integrations')) as t (name)
  where to_regclass('public.' || t.name) is not null
    and not exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'doorstep' and c.relname = 'migrations')
  union all
  select 5, role.name || ' may not use the schema auth', format('grant usage on schema auth to %I', role.name)
  from foreign_auth f, role
  where role.oid is not null and not has_schema_privilege(role.oid, f.oid, 'USAGE')
  union all
  select 5, 'the login role may not use the schema auth', format('grant usage on schema auth to %s', login.ident)
  from foreign_auth f, login where not has_schema_privilege(login.oid, f.oid, 'USAGE')
  union all
  select 5, 'the owner may not use the schema auth', format('grant usage on schema auth to %s', me.ident)
  from foreign_auth f, me where not has_schema_privilege(me.oid, f.oid, 'USAGE')
  union all
  select 5, 'the schema auth belongs to somebody else and has no table ' || r.name,
         '-- let its own service (Supabase Auth) bring it up to date'
  from auth_relation r where r.oid is null
  union all
  select 5, 'doorstep_auth may not read and write auth.' || r.name,
         format('grant select, insert, update, delete on auth.%I to doorstep_auth', r.name)
  from auth_relation r, role
  where r.oid is not null and role.name = 'doorstep_auth' and role.oid is not null
    and not (has_table_privilege(role.oid, r.oid, 'SELECT') and has_table_privilege(role.oid, r.oid, 'INSERT')
             and has_table_privilege(role.oid, r.oid, 'UPDATE') and has_table_privilege(role.oid, r.oid, 'DELETE'))
  union all
  select 5, 'no policy lets doorstep_auth see the rows of auth.' || r.name,
         format('create policy doorstep_auth_all on auth.%I to doorstep_auth using (true) with check (true)', r.name)
  from auth_relation r, role
  where r.relrowsecurity and role.name = 'doorstep_auth'
    and not exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid and p.polcmd = '*' and role.oid = any (p.polroles))
  union all
  select 5, 'the owner may not refer to auth.' || r.name || ' and put triggers on it',
         format('grant references, trigger on auth.%I to %s', r.name, me.ident)
  from auth_relation r, me
  where r.name in ('users', 'sessions') and r.oid is not null
    and not (has_table_privilege(me.oid, r.oid, 'REFERENCES') and has_table_privilege(me.oid, r.oid, 'TRIGGER'))
  union all
  select 5, 'doorstep_auth may not number rows of auth.refresh_tokens',
         'grant usage, select on sequence auth.refresh_tokens_id_seq to doorstep_auth'
  from foreign_auth f join pg_catalog.pg_class c on c.relnamespace = f.oid and c.relname = 'refresh_tokens_id_seq' and c.relkind = 'S', role
  where role.name = 'doorstep_auth' and role.oid is not null and not has_sequence_privilege(role.oid, c.oid, 'USAGE')
  union all
  select 5, 'the schema auth belongs to somebody else and has no function auth.' || f.name || '()',
         format('-- let its own service bring it up to date, or as its owner: see migrations/001_schemas.sql for auth.%s()', f.name)
  from foreign_auth a, (values ('uid'), ('role'), ('jwt'), ('email')) as f (name)
  where not exists (select from pg_catalog.pg_proc p where p.pronamespace = a.oid and p.proname = f.name and p.pronargs = 0)
  union all
  select 6, 'the login role may not read doorstep.live_sessions',
         format('grant usage on schema doorstep to %1$s; grant select on doorstep.live_sessions to %1$s', login.ident)
  from login join pg_catalog.pg_class c on c.relname = 'live_sessions'
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'doorstep'
  where not (has_table_privilege(login.oid, c.oid, 'SELECT') and has_schema_privilege(login.oid, n.oid, 'USAGE'))
)
select what, script from missing order by part, what;
