-- Exports: who may take a table away as a file, how much of it, and the record of it.

insert into doorstep.settings (name, value) values ('export_row_cap', '10000');

-- Judged and logged before the first row is read. asker: the caller's role; masked: whether personal data is masked in the
-- file, also where he reads it plain; row_cap: the most rows of one file, NULL for no limit.
create function doorstep.start_export(noun text, format text) returns table (asker text, masked boolean, row_cap bigint)
language plpgsql security definer set search_path = ''
as $$
declare
  role constant text := doorstep.my_role();
begin
  if role is null or role = 'sales_rep' or (role = 'sales_manager' and noun = 'audit_log') then
    raise exception using errcode = '42501', message = 'export_not_allowed';
  end if;
  perform doorstep.audit('export.started', 'exports', null, jsonb_build_object('table', noun, 'format', format));
  return query select role, role in ('qa_supervisor', 'operations'),
    case when role = 'sales_manager' then (select (s.value #>> '{}')::bigint from doorstep.settings s where s.name = 'export_row_cap') end;
end
$$;

revoke all on function doorstep.start_export(text, text) from public, anon, authenticated, service_role;
grant execute on function doorstep.start_export(text, text) to authenticated;
alter function doorstep.start_export(text, text) owner to doorstep_definer;
