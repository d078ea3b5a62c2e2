-- A database laid out like a Supabase project's, for tests. Facts only, written for this purpose: who owns what, which
-- rights the project's ordinary owner has, which defaults apply. Run as a superuser in an empty database; {{owner}}
-- (a quoted identifier) is the role that a project calls "postgres": not a superuser, not the owner of schema auth.

do $roles$
begin
  if to_regrole('anon')                is null then create role anon                nologin noinherit; end if;
  if to_regrole('authenticated')       is null then create role authenticated       nologin noinherit; end if;
  if to_regrole('service_role')        is null then create role service_role        nologin noinherit bypassrls; end if;
  if to_regrole('authenticator')       is null then create role authenticator       login noinherit; end if;
  if to_regrole('supabase_auth_admin') is null then create role supabase_auth_admin login noinherit createrole; end if;
  if to_regrole('dashboard_user')      is null then create role dashboard_user      nologin createdb createrole replication; end if;
  if to_regrole($q${{owner}}$q$)       is null then execute $q$create role {{owner}} login createdb createrole bypassrls$q$; end if;
end
$roles$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to {{owner}};

-- The project's owner owns the database, not what is in it.
do $database$
begin
  execute format('alter database %I owner to %s', current_database(), $q${{owner}}$q$);
end
$database$;

create schema extensions;
grant usage  on schema extensions to anon, authenticated, service_role, dashboard_user;
grant all    on schema extensions to {{owner}} with grant option;
create extension if not exists pg_trgm with schema extensions;

-- Everything that the owner makes in public is wide open from the start: the migrations have to close it.
grant usage on schema public to anon, authenticated, service_role;
alter default privileges for role {{owner}} in schema public grant all on tables    to anon, authenticated, service_role;
alter default privileges for role {{owner}} in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role {{owner}} in schema public grant all on sequences to anon, authenticated, service_role;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, {{owner}}, dashboard_user;

set role supabase_auth_admin;

create type auth.aal_level             as enum ('aal1', 'aal2', 'aal3');
create type auth.factor_type           as enum ('totp', 'webauthn', 'phone');
create type auth.factor_status         as enum ('unverified', 'verified');
create type auth.code_challenge_method as enum ('s256', 'plain');
create type auth.one_time_token_type   as enum ('confirmation_token', 'reauthentication_token', 'recovery_token',
                                                'email_change_token_new', 'email_change_token_current', 'phone_change_token');

-- Unlike ours: no default for an id, a time, aud or role. Whoever writes these tables names every value.
create table auth.schema_migrations (version varchar(255) primary key);
create table auth.instances (id uuid primary key, uuid uuid, raw_base_config text, created_at timestamptz, updated_at timestamptz);
create table auth.users (
  instance_id uuid, id uuid primary key, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
  email_confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255), confirmation_sent_at timestamptz,
  recovery_token varchar(255), recovery_sent_at timestamptz, email_change_token_new varchar(255), email_change varchar(255),
  email_change_sent_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
  is_super_admin boolean, created_at timestamptz, updated_at timestamptz, phone text default null unique, phone_confirmed_at timestamptz,
  phone_change text default '', phone_change_token varchar(255) default '', phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  email_change_token_current varchar(255) default '', email_change_confirm_status smallint default 0 check (email_change_confirm_status between 0 and 2),
  banned_until timestamptz, reauthentication_token varchar(255) default '', reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false, deleted_at timestamptz, is_anonymous boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
create table auth.identities (
  provider_id text not null, user_id uuid not null references auth.users on delete cascade, identity_data jsonb not null, provider text not null,
  last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz,
  email text generated always as (lower(identity_data ->> 'email')) stored, id uuid not null default gen_random_uuid() primary key,
  unique (provider_id, provider)
);
create table auth.sessions (
  id uuid primary key, user_id uuid not null references auth.users on delete cascade, created_at timestamptz, updated_at timestamptz,
  factor_id uuid, aal auth.aal_level, not_after timestamptz, refreshed_at timestamp, user_agent text, ip inet, tag text,
  oauth_client_id uuid, refresh_token_hmac_key text, refresh_token_counter bigint, scopes text
);
create table auth.refresh_tokens (
  instance_id uuid, id bigserial primary key, token varchar(255) unique, user_id varchar(255), revoked boolean,
  created_at timestamptz, updated_at timestamptz, parent varchar(255), session_id uuid references auth.sessions on delete cascade
);
create table auth.mfa_factors (
  id uuid primary key, user_id uuid not null references auth.users on delete cascade, friendly_name text, factor_type auth.factor_type not null,
  status auth.factor_status not null, created_at timestamptz not null, updated_at timestamptz not null, secret text, phone text,
  last_challenged_at timestamptz unique, web_authn_credential jsonb, web_authn_aaguid uuid, last_webauthn_challenge_data jsonb
);
create table auth.mfa_challenges (
  id uuid primary key, factor_id uuid not null references auth.mfa_factors on delete cascade, created_at timestamptz not null,
  verified_at timestamptz, ip_address inet not null, otp_code text, web_authn_session_data jsonb
);
create table auth.mfa_amr_claims (
  session_id uuid not null references auth.sessions on delete cascade, created_at timestamptz not null, updated_at timestamptz not null,
  authentication_method text not null, id uuid primary key, unique (session_id, authentication_method)
);
create table auth.flow_state (
  id uuid primary key, user_id uuid, auth_code text, code_challenge_method auth.code_challenge_method, code_challenge text,
  provider_type text not null, provider_access_token text, provider_refresh_token text, created_at timestamptz, updated_at timestamptz,
  authentication_method text not null, auth_code_issued_at timestamptz
);
create table auth.one_time_tokens (
  id uuid primary key, user_id uuid not null references auth.users on delete cascade, token_type auth.one_time_token_type not null,
  token_hash text not null check (char_length(token_hash) > 0), relates_to text not null,
  created_at timestamp not null default now(), updated_at timestamp not null default now()
);
create unique index one_time_tokens_user_id_token_type_key on auth.one_time_tokens (user_id, token_type);
create table auth.audit_log_entries (
  instance_id uuid, id uuid primary key, payload json, created_at timestamptz, ip_address varchar(64) not null default ''
);

create function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')::text $$;
create function auth.email() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')::text $$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;

-- RLS is on and nobody has a policy: only the owner of the tables, and whoever bypasses RLS, sees a row.
do $rls$
declare
  item record;
begin
  for item in select c.oid::regclass as relation from pg_class c where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %s enable row level security', item.relation);
    execute format('grant select on %s to {{owner}} with grant option', item.relation);
    execute format('grant insert, update, delete, references, trigger, truncate on %s to {{owner}}, dashboard_user', item.relation);
  end loop;
end
$rls$;
revoke all on auth.schema_migrations from {{owner}}, dashboard_user;
grant all on sequence auth.refresh_tokens_id_seq to {{owner}}, dashboard_user;

reset role;

-- Somebody was here before us, and is signed in.
insert into auth.users (instance_id, id, aud, role, email, raw_user_meta_data, created_at, updated_at) values
  ('00000000-0000-0000-0000-000000000000', '5ba5e000-0000-4000-8000-000000000001', 'authenticated', 'authenticated',
   'before@example.com', '{"name": "Before Us", "role": "admin"}', now(), now());
insert into auth.sessions (id, user_id, created_at, updated_at, aal) values
  ('5ba5e000-0000-4000-8000-000000000002', '5ba5e000-0000-4000-8000-000000000001', now(), now(), 'aal1');
