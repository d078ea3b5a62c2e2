-- Keys of web forms and portals: with one a machine may report a person who is interested, and nothing else.

create table doorstep.lead_keys (
  id           uuid primary key default gen_random_uuid(),
  name         text not null constraint lead_keys_name check (btrim(name) <> '' and length(name) <= 200),
  key_hash     bytea not null constraint lead_keys_hash check (length(key_hash) = 32) constraint lead_keys_hash_key unique,
  source       text not null constraint lead_keys_source check (source in ('web_form', 'portal', 'referral', 'api', 'other')),
  team_id      uuid constraint lead_keys_team_id_fkey references public.teams on delete set null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  created_at   timestamptz not null default now()
);
comment on table  doorstep.lead_keys is 'Made and revoked at the machine''s command line; the key itself is shown once and kept nowhere.';
comment on column doorstep.lead_keys.key_hash is 'SHA-256 of the key, which is random enough to need no salt.';
create unique index lead_keys_name_key on doorstep.lead_keys (lower(name)) where revoked_at is null;
create index lead_keys_team_idx on doorstep.lead_keys (team_id) where team_id is not null;

alter table doorstep.lead_keys enable row level security;
alter table doorstep.lead_keys force row level security;
revoke all on doorstep.lead_keys from public, anon, authenticated, service_role;
grant select, insert, update on doorstep.lead_keys to service_role;

create policy owner_all   on doorstep.lead_keys to {{owner}}    using (true) with check (true);
create policy service_all on doorstep.lead_keys to service_role using (true) with check (true);
