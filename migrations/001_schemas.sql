-- Schemas, extensions, the closed doors, auth.uid() and its sisters, settings, and the helpers of every other file.

create schema if not exists doorstep;
comment on schema doorstep is 'What the server keeps for itself: sessions, events, settings, secrets, verbs and helpers. Not an API schema.';

do $auth$
begin
  -- Not "create schema if not exists auth": a project's own is never touched.
  if not exists (select from pg_catalog.pg_namespace where nspname = 'auth') then
    create schema auth;
  end if;
end
$auth$;

-- A Supabase project keeps its extensions in a schema of that name, everybody else in public.
do $extensions$
declare
  home text := case when exists (select from pg_catalog.pg_namespace n
                                 where n.nspname = 'extensions' and has_schema_privilege(n.oid, 'CREATE'))
                    then 'extensions' else 'public' end;
begin
  execute format('create extension if not exists btree_gist with schema %I', home);
  execute format('create extension if not exists pg_trgm    with schema %I', home);
  execute format('create extension if not exists unaccent   with schema %I', home);
end
$extensions$;

-- Closed doors -----------------------------------------------------------------------------------------------------

do $doors$
begin
  -- A temporary table with a trigger could call any trigger function: only the importing role makes temporary tables.
  if pg_has_role(current_user, (select datdba from pg_catalog.pg_database where datname = current_database()), 'USAGE') then
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant  temporary on database %I to worker', current_database());
  end if;
  if pg_has_role(current_user, (select nspowner from pg_catalog.pg_namespace where nspname = 'public'), 'USAGE') then
    revoke create on schema public from public;
  end if;
  -- Schema auth is ours to open only where it is ours.
  if pg_has_role(current_user, (select nspowner from pg_catalog.pg_namespace where nspname = 'auth'), 'USAGE') then
    grant usage on schema auth to anon, authenticated, service_role, nobody, worker, doorstep_definer, doorstep_auth;
  end if;
end
$doors$;

revoke all on schema doorstep from public;
grant usage on schema doorstep to anon, authenticated, service_role, nobody, worker, doorstep_definer, doorstep_auth;
grant usage on schema public   to anon, authenticated, service_role, nobody, worker, doorstep_definer, doorstep_auth;

-- ALTER FUNCTION … OWNER asks for CREATE of the new owner. Both are NOLOGIN roles, and none of their functions runs DDL.
grant create on schema doorstep to doorstep_definer, doorstep_auth;
grant create on schema public   to doorstep_definer;

-- Who is asking ----------------------------------------------------------------------------------------------------
-- A project's own functions of these names are kept. nullif: after its first local use the setting is '' and not NULL.

do $who$
begin
  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable
      as $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable
      as $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
  end if;
  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable
      as $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $f$;
  end if;
  if to_regprocedure('auth.email()') is null then
    create function auth.email() returns text language sql stable
      as $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email' $f$;
  end if;
end
$who$;

-- updated_at -------------------------------------------------------------------------------------------------------

-- Strictly increasing, also within one transaction and when the clock steps back: an ETag never comes back.
create function public.update_updated_at_column() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 microsecond');
  return new;
end
$$;
revoke all on function public.update_updated_at_column() from public, anon, authenticated, service_role;

-- The clock --------------------------------------------------------------------------------------------------------

-- Rules never read the clock themselves: the program gives its own by set_config('request.now', …, true).
create function doorstep.request_now() returns timestamptz
language sql stable
as $$ select coalesce(nullif(pg_catalog.current_setting('request.now', true), '')::timestamptz, pg_catalog.clock_timestamp()) $$;
revoke all on function doorstep.request_now() from public, anon, authenticated, service_role;
grant execute on function doorstep.request_now() to authenticated, service_role, worker, doorstep_definer, doorstep_auth;

-- Guards that every table can use ----------------------------------------------------------------------------------
-- Triggers fire whether or not the writer may execute the function: nobody may, so that nobody hangs it elsewhere.

-- `before update … execute function doorstep.protect_columns('created_by', 'created_at')`: a caller changes none of these.
create function doorstep.protect_columns() returns trigger
language plpgsql set search_path = ''
as $$
declare
  before jsonb := to_jsonb(old);
  after  jsonb := to_jsonb(new);
  name   text;
begin
  if current_user in ('authenticated', 'anon') then
    foreach name in array tg_argv loop
      if before -> name is distinct from after -> name then
        raise exception '%.% may not be changed', tg_table_name, name
          using errcode = '42501', table = tg_table_name, column = name;
      end if;
    end loop;
  end if;
  return new;
end
$$;

-- `before update or delete … for each row` and `before truncate … for each statement`: whoever asks, the owner included.
-- A delete passes only as the consequence of the parent's.
create function doorstep.append_only() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '42501', table = tg_table_name;
end
$$;

revoke all on function doorstep.protect_columns(), doorstep.append_only() from public, anon, authenticated, service_role;

-- Text -------------------------------------------------------------------------------------------------------------

-- unaccent() is only STABLE because its dictionary could be edited; nobody edits it here, and an index needs IMMUTABLE.
-- Arabic: without vowel marks and tatweel, one alef, one ya, ha for ta marbuta, Western digits.
do $fold$
declare
  home text := (select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
                where e.extname = 'unaccent');
begin
  execute format($create$
    create function doorstep.fold(value text) returns text
    language sql immutable strict parallel safe
    as $f$
      select pg_catalog.translate(
               pg_catalog.lower(%1$I.unaccent('%1$I.unaccent'::regdictionary, pg_catalog.normalize(value, 'NFKC'))),
               E'\u0623\u0625\u0622\u0671\u0649\u0629\u0624\u0626'
                '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06F0\u06F1\u06F2\u06F3\u06F4\u06F5\u06F6\u06F7\u06F8\u06F9'
                '\u0640\u064B\u064C\u064D\u064E\u064F\u0650\u0651\u0652\u0670',
               E'\u0627\u0627\u0627\u0627\u064A\u0647\u0648\u064A'
                '01234567890123456789')
    $f$
  $create$, home);
end
$fold$;
comment on function doorstep.fold(text) is 'Text as it is compared in searches: no accents, lower case, Arabic letters and digits unified.';

create function doorstep.e164(value text) returns text
language sql immutable strict parallel safe
as $$
  select case when number ~ '^\+[1-9][0-9]{6,14}$' then number end
  from (select regexp_replace(regexp_replace(translate(value, '٠١٢٣٤٥٦٧٨٩', '0123456789'),
                                             '[\s\u00a0\u2010-\u2015.()\[\]-]', '', 'g'), '^00', '+') as number) as stripped
$$;
comment on function doorstep.e164(text) is 'A phone number as +<country><number>, NULL when the text is none.';

create function doorstep.email_normalized(value text) returns text
language sql immutable strict parallel safe
as $$ select lower(btrim(value)) $$;

-- Fewer than five digits are hidden whole: the last two would be too much of them.
create function doorstep.mask_phone(value text) returns text
language sql immutable strict parallel safe
as $$
  select '***' || case when length(digits) >= 5 then right(digits, 2) else '' end
  from (select regexp_replace(value, '\D', '', 'g') as digits) as kept
$$;

create function doorstep.mask_email(value text) returns text
language sql immutable strict parallel safe
as $$ select case when value ~ '.@' then left(btrim(value), 1) || '***' || substring(value from '@[^@]*$') else '***' end $$;

-- What is indexed and what is asked for go through the same two functions, so they are cut into words alike.
create function doorstep.words(value text) returns text
language sql immutable strict parallel safe
as $$ select btrim(regexp_replace(doorstep.fold(value), '[[:punct:][:space:][:cntrl:]]+', ' ', 'g')) $$;

create function doorstep.search_query(q text) returns tsquery
language sql immutable strict parallel safe
as $$
  select case when words <> '' then
           to_tsquery('pg_catalog.simple', '''' || replace(words, ' ', ''':* & ''') || ''':*') end
  from (select doorstep.words(q) as words) as asked
$$;
comment on function doorstep.search_query(text) is 'All the words of q, each as a prefix; NULL when q has no word.';

-- IMMUTABLE for the sake of CHECK constraints: a zone that existed does not cease to.
create function doorstep.is_timezone(value text) returns boolean
language plpgsql immutable strict parallel safe set search_path = ''
as $$
begin
  if value !~ '^(UTC|Etc/[A-Za-z0-9+-]+|[A-Z][A-Za-z]+(/[A-Za-z_-]+){1,2})$' then
    return false;  -- abbreviations and POSIX forms (XYZ-3) are no names of places
  end if;
  perform timestamp '2000-01-01' at time zone value;
  return true;
exception
  when invalid_parameter_value then return false;
end
$$;
comment on function doorstep.is_timezone(text) is 'Is this the name of an IANA time zone?';

revoke all on function
  doorstep.fold(text), doorstep.e164(text), doorstep.email_normalized(text), doorstep.mask_phone(text), doorstep.mask_email(text),
  doorstep.words(text), doorstep.search_query(text), doorstep.is_timezone(text)
from public;
grant execute on function
  doorstep.fold(text), doorstep.e164(text), doorstep.email_normalized(text), doorstep.mask_phone(text), doorstep.mask_email(text),
  doorstep.words(text), doorstep.search_query(text), doorstep.is_timezone(text)
to anon, authenticated, service_role, worker, doorstep_definer, doorstep_auth;

-- Settings ---------------------------------------------------------------------------------------------------------

create table doorstep.settings (
  name       text primary key constraint settings_name check (name ~ '^[a-z][a-z0-9_]*$'),
  value      jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table doorstep.settings is
  'Of the installation. open_signup: true lets people who sign themselves up in at once. timezone: the organisation''s IANA zone. epoch: part of every event cursor, changed by a restore. hash_salt: of the salted hashes in audit_log and suppressions.';

create trigger settings_updated_at before update on doorstep.settings
  for each row execute function public.update_updated_at_column();

alter table doorstep.settings enable row level security;
alter table doorstep.settings force row level security;

revoke all on doorstep.settings from public, anon, authenticated, service_role;
grant select on doorstep.settings to doorstep_definer, worker;

create policy owner_all      on doorstep.settings            to {{owner}}        using (true) with check (true);
create policy definer_select on doorstep.settings for select to doorstep_definer using (true);
create policy worker_select  on doorstep.settings for select to worker           using (name <> 'hash_salt');

insert into doorstep.settings (name, value) values
  ('open_signup', 'false'),
  ('timezone',    '"UTC"'),
  ('epoch',       to_jsonb(gen_random_uuid())),
  ('hash_salt',   to_jsonb(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')));
