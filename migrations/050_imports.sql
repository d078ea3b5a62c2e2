-- Imports: what was brought in from files, by whom, and what was refused; mappings of headings that were kept.
--
-- A file is read by the program and loaded in batches under the rights of whoever brought it; these tables are only the
-- record of it. The program writes them as worker; start_import() is where the right to import is judged.

create table public.imports (
  id          uuid primary key default gen_random_uuid(),
  kind        text not null constraint imports_kind check (kind in ('properties', 'prospects', 'users', 'conversations')),
  status      text not null default 'queued' constraint imports_status check (status in ('queued', 'running', 'completed', 'failed')),
  file_name   text constraint imports_file_name check (length(file_name) <= 300),
  dry_run     boolean not null default false,
  options     jsonb not null default '{}' constraint imports_options check (jsonb_typeof(options) = 'object'),
  bytes_total bigint constraint imports_bytes_total check (bytes_total >= 0),
  bytes_done  bigint not null default 0,
  rows_read   bigint not null default 0,
  inserted    bigint not null default 0,
  updated     bigint not null default 0,
  unchanged   bigint not null default 0,
  superseded  bigint not null default 0,
  duplicates  bigint not null default 0,
  refused     bigint not null default 0,
  notes       text[] not null default '{}',
  error       text,
  created_by  uuid constraint imports_created_by_fkey references public.users on delete set null,
  started_at  timestamptz,
  finished_at timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
comment on column public.imports.superseded is 'Rows whose key another row of the file, or the database, has in a newer version.';
comment on column public.imports.duplicates is 'Rows about somebody whom an earlier row of the same file brought in; they are counted among updated and unchanged as well.';
comment on column public.imports.notes is 'What the file showed: its format and encoding, headings that were not used.';
create index imports_created_at_idx on public.imports (created_at desc, id);
create index imports_created_by_idx on public.imports (created_by, created_at desc, id);
create index imports_going_on_idx   on public.imports (updated_at) where status in ('queued', 'running');

create table public.import_refusals (
  import_id uuid not null constraint import_refusals_import_id_fkey references public.imports on delete cascade,
  number    bigint not null,
  line      bigint not null,
  field     text not null,
  reason    text not null,
  kind      text not null default 'refused' constraint import_refusals_kind check (kind in ('refused', 'duplicate')),
  content   jsonb,
  primary key (import_id, number)
);
comment on table public.import_refusals is 'Rows that were refused, as the file had them, for the file that can be mended. Kept for 30 days.';

create table public.import_mappings (
  id         uuid primary key default gen_random_uuid(),
  name       text not null constraint import_mappings_name check (btrim(name) <> '' and length(name) <= 100),
  kind       text not null constraint import_mappings_kind check (kind in ('properties', 'prospects', 'users', 'conversations')),
  mapping    jsonb not null constraint import_mappings_mapping check (jsonb_typeof(mapping) = 'object'),
  created_by uuid constraint import_mappings_created_by_fkey references public.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint import_mappings_kind_name_key unique (kind, name)
);
create index import_mappings_created_by_idx on public.import_mappings (created_by);

-- Rules ------------------------------------------------------------------------------------------------------------

-- Who may import what. People are made by administrators alone; the service key is the owner's own.
create function doorstep.may_import(kind text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  asker constant text := coalesce(doorstep.my_role(), nullif(auth.role(), 'authenticated'));
begin
  return coalesce(asker in ('admin', 'service_role') or (asker in ('sales_manager', 'operations') and kind <> 'users'), false);
end
$$;

create function doorstep.start_import(kind text, file_name text, dry_run boolean, options jsonb, bytes bigint) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  made uuid;
begin
  if not doorstep.may_import(kind) then
    raise exception using errcode = '42501', message = 'import_not_allowed';
  end if;
  insert into public.imports (kind, file_name, dry_run, options, bytes_total, created_by)
  values (kind, left(file_name, 300), dry_run, coalesce(options, '{}'), bytes, (select u.id from public.users u where u.id = auth.uid()))
  returning id into made;
  perform doorstep.audit('import.started', 'imports', made,
                         jsonb_build_object('kind', kind, 'file_name', file_name, 'dry_run', dry_run));
  return made;
end
$$;

-- Keeps a mapping of headings under a name; a second one of that name replaces the first.
create function doorstep.keep_import_mapping(kind text, name text, mapping jsonb) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  kept uuid;
begin
  if not doorstep.may_import(kind) then
    raise exception using errcode = '42501', message = 'import_not_allowed';
  end if;
  insert into public.import_mappings as m (name, kind, mapping, created_by)
  values (keep_import_mapping.name, keep_import_mapping.kind, keep_import_mapping.mapping,
          (select u.id from public.users u where u.id = auth.uid()))
  on conflict on constraint import_mappings_kind_name_key do update set mapping = excluded.mapping
  returning m.id into kept;
  return kept;
end
$$;

revoke all on function
  doorstep.may_import(text), doorstep.start_import(text, text, boolean, jsonb, bigint), doorstep.keep_import_mapping(text, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function
  doorstep.may_import(text), doorstep.start_import(text, text, boolean, jsonb, bigint), doorstep.keep_import_mapping(text, text, jsonb)
to authenticated, service_role;
alter function doorstep.may_import(text)                                 owner to doorstep_definer;
alter function doorstep.start_import(text, text, boolean, jsonb, bigint) owner to doorstep_definer;
alter function doorstep.keep_import_mapping(text, text, jsonb)           owner to doorstep_definer;

create trigger imports_updated_at before update on public.imports
  for each row execute function public.update_updated_at_column();
create trigger import_mappings_updated_at before update on public.import_mappings
  for each row execute function public.update_updated_at_column();

select doorstep.watch('public.imports'), doorstep.watch('public.import_mappings');

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.imports         enable row level security;
alter table public.imports         force row level security;
alter table public.import_refusals enable row level security;
alter table public.import_refusals force row level security;
alter table public.import_mappings enable row level security;
alter table public.import_mappings force row level security;

revoke all on public.imports, public.import_refusals, public.import_mappings from public, anon, authenticated, service_role;

grant select                         on public.imports, public.import_refusals, public.import_mappings to authenticated, service_role;
grant select, update                 on public.imports         to worker;
grant select, insert, delete         on public.import_refusals to worker;
grant select, insert                 on public.imports         to doorstep_definer;
grant select, insert, update         on public.import_mappings to doorstep_definer;

create policy owner_all                 on public.imports            to {{owner}}        using (true) with check (true);
create policy service_select            on public.imports for select to service_role     using (true);
create policy worker_select             on public.imports for select to worker           using (true);
create policy worker_update             on public.imports for update to worker           using (true) with check (true);
create policy definer_all               on public.imports            to doorstep_definer using (true) with check (true);
create policy sales_manager_select_team on public.imports for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager' and created_by = any ((select doorstep.led_user_ids())::uuid[]));
create policy admin_select              on public.imports for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy operations_select         on public.imports for select to authenticated using ((select doorstep.my_role()) = 'operations');

create policy owner_all                 on public.import_refusals            to {{owner}}    using (true) with check (true);
create policy service_select            on public.import_refusals for select to service_role using (true);
create policy worker_all                on public.import_refusals            to worker       using (true) with check (true);
-- Whoever sees the import.
create policy importer_select           on public.import_refusals for select to authenticated
  using (exists (select from public.imports i where i.id = import_id));

create policy owner_all                 on public.import_mappings            to {{owner}}        using (true) with check (true);
create policy service_select            on public.import_mappings for select to service_role     using (true);
create policy definer_all               on public.import_mappings            to doorstep_definer using (true) with check (true);
create policy importer_select           on public.import_mappings for select to authenticated
  using ((select doorstep.my_role()) in ('sales_manager', 'admin', 'operations'));
