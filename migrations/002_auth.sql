-- People as sign-in knows them (the tables of Supabase Auth, column for column) and the sessions that are alive.
-- Where a Supabase project has these tables already they are kept and used as they are; see roles.sql, part 4.

do $tables$
begin
  if exists (select from pg_catalog.pg_class where relnamespace = 'auth'::regnamespace and relname = 'users') then
    return;
  end if;

  create type auth.aal_level             as enum ('aal1', 'aal2', 'aal3');
  create type auth.factor_type           as enum ('totp', 'webauthn', 'phone');
  create type auth.factor_status         as enum ('unverified', 'verified');
  create type auth.code_challenge_method as enum ('s256', 'plain');
  create type auth.one_time_token_type   as enum ('confirmation_token', 'reauthentication_token', 'recovery_token',
                                                  'email_change_token_new', 'email_change_token_current', 'phone_change_token');

  create table auth.users (
    instance_id                 uuid,
    id                          uuid primary key default gen_random_uuid(),
    aud                         varchar(255) default 'authenticated',
    role                        varchar(255) default 'authenticated',
    email                       varchar(255),
    encrypted_password          varchar(255),
    email_confirmed_at          timestamptz,
    invited_at                  timestamptz,
    confirmation_token          varchar(255) default '',
    confirmation_sent_at        timestamptz,
    recovery_token              varchar(255) default '',
    recovery_sent_at            timestamptz,
    email_change_token_new      varchar(255) default '',
    email_change                varchar(255) default '',
    email_change_sent_at        timestamptz,
    last_sign_in_at             timestamptz,
    raw_app_meta_data           jsonb,
    raw_user_meta_data          jsonb,
    is_super_admin              boolean,
    created_at                  timestamptz default now(),
    updated_at                  timestamptz default now(),
    phone                       text constraint users_phone_key unique,
    phone_confirmed_at          timestamptz,
    phone_change                text default '',
    phone_change_token          varchar(255) default '',
    phone_change_sent_at        timestamptz,
    confirmed_at                timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
    email_change_token_current  varchar(255) default '',
    email_change_confirm_status smallint default 0 constraint users_email_change_confirm_status_check check (email_change_confirm_status between 0 and 2),
    banned_until                timestamptz,
    reauthentication_token      varchar(255) default '',
    reauthentication_sent_at    timestamptz,
    is_sso_user                 boolean not null default false,
    deleted_at                  timestamptz,
    is_anonymous                boolean not null default false
  );
  create unique index users_email_partial_key        on auth.users (email)                      where not is_sso_user;
  create unique index confirmation_token_idx         on auth.users (confirmation_token)         where confirmation_token <> '';
  create unique index recovery_token_idx             on auth.users (recovery_token)             where recovery_token <> '';
  create unique index email_change_token_new_idx     on auth.users (email_change_token_new)     where email_change_token_new <> '';
  create unique index email_change_token_current_idx on auth.users (email_change_token_current) where email_change_token_current <> '';
  create unique index reauthentication_token_idx     on auth.users (reauthentication_token)     where reauthentication_token <> '';
  create index users_email_lower_idx                 on auth.users (lower(email));
  create index users_created_at_idx                  on auth.users (created_at desc, id);

  create table auth.identities (
    id              uuid primary key default gen_random_uuid(),
    provider_id     text  not null,
    user_id         uuid  not null constraint identities_user_id_fkey references auth.users (id) on delete cascade,
    identity_data   jsonb not null,
    provider        text  not null,
    last_sign_in_at timestamptz,
    created_at      timestamptz default now(),
    updated_at      timestamptz default now(),
    email           text generated always as (lower(identity_data ->> 'email')) stored,
    constraint identities_provider_id_provider_unique unique (provider_id, provider)
  );
  create index identities_user_id_idx on auth.identities (user_id);
  create index identities_email_idx   on auth.identities (email text_pattern_ops);

  create table auth.sessions (
    id                     uuid primary key default gen_random_uuid(),
    user_id                uuid not null constraint sessions_user_id_fkey references auth.users (id) on delete cascade,
    created_at             timestamptz default now(),
    updated_at             timestamptz default now(),
    factor_id              uuid,
    aal                    auth.aal_level,
    not_after              timestamptz,
    refreshed_at           timestamp,
    user_agent             text,
    ip                     inet,
    tag                    text,
    oauth_client_id        uuid,
    refresh_token_hmac_key text,
    refresh_token_counter  bigint,
    scopes                 text
  );
  create index sessions_user_id_idx   on auth.sessions (user_id);
  create index sessions_not_after_idx on auth.sessions (not_after desc);

  create table auth.refresh_tokens (
    instance_id uuid,
    id          bigserial primary key,
    token       varchar(255) constraint refresh_tokens_token_unique unique,
    user_id     varchar(255),
    revoked     boolean,
    created_at  timestamptz default now(),
    updated_at  timestamptz default now(),
    parent      varchar(255),
    session_id  uuid constraint refresh_tokens_session_id_fkey references auth.sessions (id) on delete cascade
  );
  create index refresh_tokens_session_id_revoked_idx on auth.refresh_tokens (session_id, revoked);
  create index refresh_tokens_user_id_idx            on auth.refresh_tokens (user_id);
  create index refresh_tokens_parent_idx             on auth.refresh_tokens (parent);
  create index refresh_tokens_updated_at_idx         on auth.refresh_tokens (updated_at desc);

  create table auth.mfa_factors (
    id                           uuid primary key default gen_random_uuid(),
    user_id                      uuid not null constraint mfa_factors_user_id_fkey references auth.users (id) on delete cascade,
    friendly_name                text,
    factor_type                  auth.factor_type   not null,
    status                       auth.factor_status not null,
    created_at                   timestamptz not null default now(),
    updated_at                   timestamptz not null default now(),
    secret                       text,
    phone                        text,
    last_challenged_at           timestamptz constraint mfa_factors_last_challenged_at_key unique,
    web_authn_credential         jsonb,
    web_authn_aaguid             uuid,
    last_webauthn_challenge_data jsonb
  );
  create index mfa_factors_user_id_idx                        on auth.mfa_factors (user_id, created_at);
  create unique index mfa_factors_user_friendly_name_unique   on auth.mfa_factors (friendly_name, user_id) where trim(friendly_name) <> '';
  create unique index unique_phone_factor_per_user            on auth.mfa_factors (user_id, phone);

  create table auth.mfa_challenges (
    id                     uuid primary key default gen_random_uuid(),
    factor_id              uuid not null constraint mfa_challenges_auth_factor_id_fkey references auth.mfa_factors (id) on delete cascade,
    created_at             timestamptz not null default now(),
    verified_at            timestamptz,
    ip_address             inet not null,
    otp_code               text,
    web_authn_session_data jsonb
  );
  create index mfa_challenges_factor_id_idx  on auth.mfa_challenges (factor_id);
  create index mfa_challenges_created_at_idx on auth.mfa_challenges (created_at desc);

  create table auth.mfa_amr_claims (
    id                    uuid primary key default gen_random_uuid(),
    session_id            uuid not null constraint mfa_amr_claims_session_id_fkey references auth.sessions (id) on delete cascade,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    authentication_method text not null,
    constraint mfa_amr_claims_session_id_authentication_method_pkey unique (session_id, authentication_method)
  );

  create table auth.flow_state (
    id                     uuid primary key default gen_random_uuid(),
    user_id                uuid,
    auth_code              text,
    code_challenge_method  auth.code_challenge_method,
    code_challenge         text,
    provider_type          text not null,
    provider_access_token  text,
    provider_refresh_token text,
    created_at             timestamptz default now(),
    updated_at             timestamptz default now(),
    authentication_method  text not null,
    auth_code_issued_at    timestamptz
  );
  create index flow_state_auth_code_idx  on auth.flow_state (auth_code);
  create index flow_state_user_id_idx    on auth.flow_state (user_id, authentication_method);
  create index flow_state_created_at_idx on auth.flow_state (created_at desc);

  create table auth.one_time_tokens (
    id         uuid primary key default gen_random_uuid(),
    user_id    uuid not null constraint one_time_tokens_user_id_fkey references auth.users (id) on delete cascade,
    token_type auth.one_time_token_type not null,
    token_hash text not null constraint one_time_tokens_token_hash_check check (length(token_hash) > 0),
    relates_to text not null,
    created_at timestamp not null default now(),
    updated_at timestamp not null default now()
  );
  create unique index one_time_tokens_user_id_token_type_key on auth.one_time_tokens (user_id, token_type);
  create index one_time_tokens_token_hash_hash_idx           on auth.one_time_tokens using hash (token_hash);
  create index one_time_tokens_relates_to_hash_idx           on auth.one_time_tokens using hash (relates_to);

  create table auth.audit_log_entries (
    instance_id uuid,
    id          uuid primary key default gen_random_uuid(),
    payload     json,
    created_at  timestamptz default now(),
    ip_address  varchar(64) not null default ''
  );
  create index audit_log_entries_created_at_idx on auth.audit_log_entries (created_at desc, id);
end
$tables$;

-- Our own tables of this schema: doorstep_auth reads and writes, the owner keeps, nobody else sees a row.
do $rights$
declare
  item record;
begin
  for item in
    select c.oid::regclass as relation from pg_catalog.pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and c.relowner = current_user::regrole
      and c.relname = any (array['users', 'identities', 'sessions', 'refresh_tokens', 'mfa_factors', 'mfa_challenges',
                                 'mfa_amr_claims', 'flow_state', 'one_time_tokens', 'audit_log_entries'])
  loop
    execute format('alter table %s enable row level security', item.relation);
    execute format('alter table %s force row level security', item.relation);
    execute format('revoke all on %s from public, anon, authenticated, service_role', item.relation);
    execute format('grant select, insert, update, delete on %s to doorstep_auth', item.relation);
    execute format('create policy owner_all on %s to {{owner}} using (true) with check (true)', item.relation);
    execute format('create policy auth_all on %s to doorstep_auth using (true) with check (true)', item.relation);
  end loop;
  if exists (select from pg_catalog.pg_class c
             where c.relnamespace = 'auth'::regnamespace and c.relname = 'refresh_tokens_id_seq' and c.relowner = current_user::regrole) then
    revoke all on sequence auth.refresh_tokens_id_seq from public, anon, authenticated, service_role;
    grant usage, select on sequence auth.refresh_tokens_id_seq to doorstep_auth;
  end if;
end
$rights$;

-- The sessions that are alive --------------------------------------------------------------------------------------

-- Every request reads this table by its key, in the statement that sets its identity: it stays this narrow.
create table doorstep.live_sessions (
  session_id uuid primary key,
  user_id    uuid not null,
  db_role    text not null constraint live_sessions_db_role check (db_role in ('authenticated', 'anon')),
  not_after  timestamptz
);
comment on table  doorstep.live_sessions is 'A row per session that has not ended, kept true by the triggers on auth.sessions and auth.users.';
comment on column doorstep.live_sessions.db_role is 'The role that a request of this session acts as: anon for an anonymous sign-in.';
comment on column doorstep.live_sessions.not_after is 'The server compares it with its own clock: no trigger fires at expiry.';

create index live_sessions_user_id_idx on doorstep.live_sessions (user_id);

alter table doorstep.live_sessions enable row level security;
alter table doorstep.live_sessions force row level security;

revoke all on doorstep.live_sessions from public, anon, authenticated, service_role;
grant select, insert, update, delete on doorstep.live_sessions to doorstep_auth;
grant select on doorstep.live_sessions to nobody;

create policy owner_all  on doorstep.live_sessions            to {{owner}}     using (true) with check (true);
create policy auth_all   on doorstep.live_sessions            to doorstep_auth using (true) with check (true);
-- The login role inherits nothing, so a policy for its groups would not reach it: the grants below choose who reads.
create policy any_select on doorstep.live_sessions for select to public        using (true);

do $login$
declare
  login regrole;
begin
  for login in
    select m.member::regrole from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member
    where m.roleid = 'nobody'::regrole and r.rolcanlogin
  loop
    execute format('grant usage on schema doorstep to %s', login);
    -- Statements are prepared before the role is taken, and names are looked up then.
    execute format('grant usage on schema public to %s', login);
    if pg_has_role(current_user, (select nspowner from pg_catalog.pg_namespace where nspname = 'auth'), 'USAGE') then
      execute format('grant usage on schema auth to %s', login);
    end if;
    execute format('grant select on doorstep.live_sessions to %s', login);
  end loop;
end
$login$;

create function doorstep.keep_live_session() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    delete from doorstep.live_sessions where session_id = old.id;
    return null;
  end if;
  insert into doorstep.live_sessions as live (session_id, user_id, db_role, not_after)
  select new.id, new.user_id, case when u.is_anonymous then 'anon' else 'authenticated' end, new.not_after
  from auth.users u where u.id = new.user_id
  on conflict (session_id) do update
    set user_id = excluded.user_id, db_role = excluded.db_role, not_after = excluded.not_after;
  return null;
end
$$;

-- An anonymous person who gives an address becomes a person; a ban or a removal ends what is open.
create function doorstep.keep_live_sessions_of_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.is_anonymous is distinct from old.is_anonymous then
    update doorstep.live_sessions set db_role = case when new.is_anonymous then 'anon' else 'authenticated' end
    where user_id = new.id;
  end if;
  if (new.deleted_at is not null and old.deleted_at is null)
     or (new.banned_until is not null and new.banned_until is distinct from old.banned_until) then
    delete from auth.sessions where user_id = new.id;
  end if;
  return null;
end
$$;

revoke all on function doorstep.keep_live_session(), doorstep.keep_live_sessions_of_user() from public, anon, authenticated, service_role;

create trigger doorstep_session_started after insert on auth.sessions
  for each row execute function doorstep.keep_live_session();
create trigger doorstep_session_changed after update on auth.sessions
  for each row when (old.not_after is distinct from new.not_after or old.user_id is distinct from new.user_id)
  execute function doorstep.keep_live_session();
create trigger doorstep_session_ended after delete on auth.sessions
  for each row execute function doorstep.keep_live_session();
create trigger doorstep_user_sessions after update on auth.users
  for each row when (old.is_anonymous is distinct from new.is_anonymous or old.deleted_at is distinct from new.deleted_at
                     or old.banned_until is distinct from new.banned_until)
  execute function doorstep.keep_live_sessions_of_user();

alter function doorstep.keep_live_session()          owner to doorstep_auth;
alter function doorstep.keep_live_sessions_of_user() owner to doorstep_auth;

-- The sessions of a project that was there before us.
set local role doorstep_auth;
insert into doorstep.live_sessions (session_id, user_id, db_role, not_after)
select s.id, s.user_id, case when u.is_anonymous then 'anon' else 'authenticated' end, s.not_after
from auth.sessions s join auth.users u on u.id = s.user_id;
set local role {{owner}};
