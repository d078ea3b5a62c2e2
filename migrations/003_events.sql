-- What happened, in the transaction that made it happen: the source of live updates, cache invalidation and jobs.
--
-- A reader goes by (transaction_id, id) and only up to the oldest transaction still open (events_after), so that a late
-- commit is never skipped. The epoch (doorstep.settings) is part of every cursor: a restore sets the stored
-- transaction ids to 0 and a new epoch, because the restored ids belong to another cluster's counter.

create table public.events (
  id             bigint generated always as identity primary key,
  transaction_id xid8        not null default pg_current_xact_id(),
  noun           text        not null,
  row_id         uuid        not null,
  kind           text        not null constraint events_kind check (kind in ('created', 'updated', 'deleted')),
  actor          uuid,
  created_at     timestamptz not null default now()
);
comment on table  public.events is 'Append-only. Carries no content: whoever is told of an event reads the row again with his own rights.';
comment on column public.events.noun is 'The table''s name.';
comment on column public.events.actor is 'auth.uid() of the writer; NULL for a system job.';

create index events_cursor_idx on public.events (transaction_id, id);

-- Attached to a table by doorstep.watch(). Statement-level: a bulk insert costs one call.
-- An argument of the trigger names columns (comma separated) whose change alone is no event.
create function doorstep.emit_event() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  ignored text[];
begin
  if tg_op = 'INSERT' then
    insert into public.events (noun, row_id, kind, actor)
    select tg_table_name, n.id, 'created', (select auth.uid()) from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.events (noun, row_id, kind, actor)
    select tg_table_name, o.id, 'deleted', (select auth.uid()) from old_rows o;
  elsif tg_nargs = 0 then
    insert into public.events (noun, row_id, kind, actor)
    select tg_table_name, n.id, 'updated', (select auth.uid()) from new_rows n;
  else
    ignored := array_append(string_to_array(tg_argv[0], ','), 'updated_at');
    insert into public.events (noun, row_id, kind, actor)
    select tg_table_name, n.id, 'updated', (select auth.uid())
    from new_rows n join old_rows o on o.id = n.id
    where to_jsonb(n) - ignored is distinct from to_jsonb(o) - ignored;
  end if;
  return null;
end
$$;

-- For migrations: `select doorstep.watch('public.users', 'last_active')`. The table needs a column `id uuid`.
create function doorstep.watch(watched regclass, ignored text default null) returns void
language plpgsql set search_path = ''
as $$
declare
  name text := (select relname from pg_catalog.pg_class where oid = watched);
begin
  execute format('create trigger %I after insert on %s referencing new table as new_rows for each statement execute function doorstep.emit_event()',
                 name || '_created', watched);
  execute format('create trigger %I after update on %s referencing old table as old_rows new table as new_rows for each statement execute function doorstep.emit_event(%s)',
                 name || '_updated', watched, coalesce(quote_literal(ignored), ''));
  execute format('create trigger %I after delete on %s referencing old table as old_rows for each statement execute function doorstep.emit_event()',
                 name || '_deleted', watched);
end
$$;

-- bigint instead of xid8 outside: drivers know it, and 63 bits of transactions are enough.
create function doorstep.events_after(after_transaction bigint, after_id bigint, at_most integer)
returns table (transaction_id bigint, id bigint, noun text, row_id uuid, kind text, actor uuid, created_at timestamptz)
language sql stable set search_path = ''
as $$
  select e.transaction_id::text::bigint, e.id, e.noun, e.row_id, e.kind, e.actor, e.created_at
  from public.events e
  where (e.transaction_id, e.id) > (after_transaction::text::xid8, after_id)
    and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  order by e.transaction_id, e.id
  limit at_most
$$;
comment on function doorstep.events_after(bigint, bigint, integer) is
  'The events after a cursor, oldest first, none of which can be preceded by one that commits later.';

revoke all on function doorstep.emit_event(), doorstep.watch(regclass, text), doorstep.events_after(bigint, bigint, integer)
  from public, anon, authenticated, service_role;
grant execute on function doorstep.events_after(bigint, bigint, integer) to worker, service_role;

alter function doorstep.emit_event() owner to doorstep_definer;

alter table public.events enable row level security;
alter table public.events force row level security;

revoke all on public.events from public, anon, authenticated, service_role;
grant insert on public.events to doorstep_definer;
grant select on public.events to worker, service_role;

create policy owner_all      on public.events            to {{owner}}        using (true) with check (true);
create policy definer_insert on public.events for insert to doorstep_definer with check (true);
create policy worker_select  on public.events for select to worker           using (true);
create policy service_select on public.events for select to service_role     using (true);
