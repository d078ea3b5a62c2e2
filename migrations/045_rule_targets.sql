-- A manager's rule chooses among his own people: whom it names in `targets` is judged as whom it names in `assign_to`
-- (010_prospects, check_assignee), and a team must be one that he leads.

create function doorstep.routing_rules_targets_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  people jsonb := case when jsonb_typeof(new.targets) = 'array' then new.targets else coalesce(new.targets -> 'users', '[]') end;
  team   uuid  := case when jsonb_typeof(new.targets) = 'object' then (new.targets ->> 'team_id')::uuid end;
  person uuid;
begin
  if current_user <> 'authenticated' or (tg_op = 'UPDATE' and new.targets is not distinct from old.targets) then
    return new;
  end if;
  for person in
    select case jsonb_typeof(it) when 'object' then it ->> 'user_id' else it #>> '{}' end::uuid from jsonb_array_elements(people) it
  loop
    perform doorstep.check_assignee(person, 'routing_rules', 'targets');
  end loop;
  if team is not null and doorstep.my_role() = 'sales_manager' and not team = any (doorstep.led_team_ids()) then
    perform doorstep.refuse_column('routing_rules', 'targets');
  end if;
  return new;
end
$$;
revoke all on function doorstep.routing_rules_targets_guard() from public;

create trigger routing_rules_targets_guard before insert or update on public.routing_rules
  for each row execute function doorstep.routing_rules_targets_guard();
