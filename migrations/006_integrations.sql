-- What the installation is connected to. Every column of integrations is public; the secret stands apart.

create table public.integrations (
  id         uuid primary key default gen_random_uuid(),
  name       text not null constraint integrations_name check (btrim(name) <> '' and length(name) <= 200),
  type       text not null constraint integrations_type check (type in ('crm', 'telephony', 'calendar', 'messaging', 'email')),
  status     text not null default 'disconnected' constraint integrations_status check (status in ('connected', 'disconnected', 'error')),
  last_sync  timestamptz,
  icon       text constraint integrations_icon check (length(icon) <= 2000 and (icon !~ '^[[:space:]]*[A-Za-z][A-Za-z0-9+.-]*:' or icon ~* '^https?://')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on column public.integrations.icon is 'A name, a sign, a path or an http(s) address; no other scheme.';
create unique index integrations_type_name_key   on public.integrations (type, lower(name));
create index        integrations_created_at_idx  on public.integrations (created_at desc, id);

create table public.integration_secrets (
  integration_id   uuid primary key constraint integration_secrets_integration_id_fkey references public.integrations (id) on delete cascade,
  config_encrypted bytea  not null,
  key_names        text[] not null default '{}' constraint integration_secrets_key_names check (array_position(key_names, null) is null),
  last_error       text constraint integration_secrets_last_error check (length(last_error) <= 2000),
  last_error_at    timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
comment on table  public.integration_secrets is 'Write-only: administrators and operations set config_encrypted, the worker alone reads it.';
comment on column public.integration_secrets.config_encrypted is 'Encrypted by the program, whose key is not in the database.';
comment on column public.integration_secrets.key_names is 'The names that are set (config_keys of the API), without their values.';
comment on column public.integration_secrets.last_error is 'Beside the secret and not in integrations, which everybody reads: a provider''s error may quote what it was sent.';

create trigger integrations_1_protect           before update on public.integrations
  for each row execute function doorstep.protect_columns('id', 'created_at');
create trigger integrations_4_updated_at        before update on public.integrations
  for each row execute function public.update_updated_at_column();
create trigger integration_secrets_4_updated_at before update on public.integration_secrets
  for each row execute function public.update_updated_at_column();

select doorstep.watch('public.integrations');

alter table public.integrations        enable row level security;
alter table public.integrations        force row level security;
alter table public.integration_secrets enable row level security;
alter table public.integration_secrets force row level security;

revoke all on public.integrations, public.integration_secrets from public, anon, authenticated, service_role;

grant select                         on public.integrations to anon;
grant select, insert, update, delete on public.integrations to authenticated, service_role;
grant select, update                 on public.integrations to worker;

-- By column, and config_encrypted is readable in none. "on conflict (integration_id) do update set config_encrypted = $2"
-- needs no more; "excluded.config_encrypted" would be reading it.
grant insert,
      select (integration_id, key_names, last_error, last_error_at, created_at, updated_at),
      update (config_encrypted, key_names)
  on public.integration_secrets to authenticated, service_role;
grant select, update (last_error, last_error_at) on public.integration_secrets to worker;

create policy owner_all         on public.integrations            to {{owner}}           using (true) with check (true);
create policy service_all       on public.integrations            to service_role        using (true) with check (true);
create policy worker_select     on public.integrations for select to worker              using (true);
create policy worker_update     on public.integrations for update to worker              using (true) with check (true);
create policy public_select     on public.integrations for select to anon, authenticated using (true);
create policy admin_insert      on public.integrations for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy admin_update      on public.integrations for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy admin_delete      on public.integrations for delete to authenticated using ((select doorstep.my_role()) = 'admin');
create policy operations_insert on public.integrations for insert to authenticated with check ((select doorstep.my_role()) = 'operations');
create policy operations_update on public.integrations for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');

create policy owner_all         on public.integration_secrets            to {{owner}}    using (true) with check (true);
create policy service_all       on public.integration_secrets            to service_role using (true) with check (true);
create policy worker_select     on public.integration_secrets for select to worker       using (true);
create policy worker_update     on public.integration_secrets for update to worker       using (true) with check (true);
create policy admin_select      on public.integration_secrets for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy admin_insert      on public.integration_secrets for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy admin_update      on public.integration_secrets for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy operations_select on public.integration_secrets for select to authenticated using ((select doorstep.my_role()) = 'operations');
create policy operations_insert on public.integration_secrets for insert to authenticated with check ((select doorstep.my_role()) = 'operations');
create policy operations_update on public.integration_secrets for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');
