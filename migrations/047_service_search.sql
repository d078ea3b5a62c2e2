-- The service key sees every prospect, and finds every prospect.

create or replace function doorstep.prospects_matching(q text) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = '' rows 50
as $$
declare
  query constant tsquery := doorstep.search_query(q);
  asker constant text    := doorstep.my_role();
  me    constant uuid    := auth.uid();
  teams constant uuid[]  := case asker when 'sales_rep' then doorstep.my_team_ids() when 'sales_manager' then doorstep.led_team_ids() end;
  users constant uuid[]  := case asker when 'sales_manager' then doorstep.led_user_ids() end;
begin
  return query
    select p.id, ts_rank(p.search, query) from public.prospects p
    where p.search @@ query and case asker
      when 'sales_rep'     then p.assigned_to = me
                                or (p.assigned_to is null and p.team_id = any (teams) and p.merged_into_id is null and p.erased_at is null)
      when 'sales_manager' then p.team_id = any (teams) or p.assigned_to = any (users)
      else asker is not null or auth.role() = 'service_role' end;
end
$$;
grant execute on function doorstep.prospects_matching(text) to service_role;
