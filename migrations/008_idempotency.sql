-- The answers of POSTs that carried an Idempotency-Key: the same key gives the same answer for 24 hours.

create table public.idempotency_keys (
  principal    text not null constraint idempotency_keys_principal check (length(principal) between 1 and 200),
  key          text not null constraint idempotency_keys_key check (length(key) between 1 and 255),
  method       text not null,
  path         text not null,
  request_hash bytea not null,
  status       smallint constraint idempotency_keys_status check (status between 100 and 599),
  headers      jsonb not null default '{}' constraint idempotency_keys_headers check (jsonb_typeof(headers) = 'object'),
  body         jsonb,
  created_at   timestamptz not null default now(),
  primary key (principal, key)
);
comment on column public.idempotency_keys.principal is 'auth.uid() of a person, "service_role" of the service key: nobody is answered with somebody else''s answer.';
comment on column public.idempotency_keys.request_hash is 'Another body under the same key is refused (422).';
comment on column public.idempotency_keys.status is 'NULL while the first request is still running (409).';
create index idempotency_keys_created_at_idx on public.idempotency_keys (created_at);

create trigger idempotency_keys_1_protect before update on public.idempotency_keys
  for each row execute function doorstep.protect_columns('principal', 'key', 'method', 'path', 'request_hash', 'created_at');

alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;

revoke all on public.idempotency_keys from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.idempotency_keys to authenticated, service_role;
grant select (principal, key, created_at), delete on public.idempotency_keys to worker;

create policy owner_all     on public.idempotency_keys            to {{owner}}     using (true) with check (true);
create policy service_own   on public.idempotency_keys            to service_role  using (principal = 'service_role') with check (principal = 'service_role');
create policy own_select    on public.idempotency_keys for select to authenticated using (principal = (select auth.uid())::text);
create policy own_insert    on public.idempotency_keys for insert to authenticated with check (principal = (select auth.uid())::text);
create policy own_update    on public.idempotency_keys for update to authenticated
  using (principal = (select auth.uid())::text) with check (principal = (select auth.uid())::text);
create policy own_delete    on public.idempotency_keys for delete to authenticated using (principal = (select auth.uid())::text);
-- The purge: `delete from idempotency_keys where created_at < $now - interval '24 hours'`.
create policy worker_select on public.idempotency_keys for select to worker using (true);
create policy worker_delete on public.idempotency_keys for delete to worker using (true);
