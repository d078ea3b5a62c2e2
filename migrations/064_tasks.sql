-- Tasks: what is to be done for a prospect, by whom, until when. The next steps of a package become tasks of whoever claims it.
-- Activities: what happened, append-only: who spoke with him, and what became of the tasks.

create table public.tasks (
  id            uuid primary key default gen_random_uuid(),
  prospect_id   uuid not null constraint tasks_prospect_id_fkey references public.prospects,
  prospect_name text not null,
  title         text not null constraint tasks_title check (btrim(title) <> '' and length(title) <= 500),
  notes         text,
  assignee      uuid constraint tasks_assignee_fkey references public.users on delete set null,
  due_at        timestamptz not null,
  done          boolean not null default false,
  done_at       timestamptz,
  done_by       uuid constraint tasks_done_by_fkey references public.users on delete set null,
  source        text not null default 'person' constraint tasks_source check (source in ('person', 'handoff', 'escalation')),
  handoff_id    uuid constraint tasks_handoff_id_fkey references public.handoff_packages on delete cascade,
  position      smallint,
  created_by    uuid constraint tasks_created_by_fkey references public.users on delete set null,
  version       integer not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint tasks_done_has_a_time check (done = (done_at is not null)),
  constraint tasks_step unique (handoff_id, position)
);
comment on column public.tasks.position is 'Which of the next steps of its package it was; nothing where it was none.';
create index tasks_assignee_idx   on public.tasks (assignee, due_at, id);
create index tasks_prospect_idx   on public.tasks (prospect_id, due_at, id);
create index tasks_due_idx        on public.tasks (due_at, id);
create index tasks_done_by_idx    on public.tasks (done_by)    where done_by is not null;
create index tasks_created_by_idx on public.tasks (created_by) where created_by is not null;

create table public.activities (
  id            uuid primary key default gen_random_uuid(),
  prospect_id   uuid not null constraint activities_prospect_id_fkey references public.prospects,
  prospect_name text not null,
  kind          text not null constraint activities_kind check (kind in
                  ('call', 'whatsapp', 'sms', 'email', 'meeting', 'viewing', 'note', 'task_done', 'task_reopened', 'task_passed')),
  body          text,
  happened_at   timestamptz not null,
  handoff_id    uuid constraint activities_handoff_id_fkey references public.handoff_packages,
  task_id       uuid,  -- no reference: what happened outlives the task
  actor         uuid constraint activities_actor_fkey references public.users on delete set null,
  created_at    timestamptz not null default now()
);
comment on table public.activities is 'Append-only: what happened with a prospect.';
create index activities_prospect_idx on public.activities (prospect_id, created_at desc, id);
create index activities_actor_idx    on public.activities (actor, created_at desc, id);
create index activities_created_idx  on public.activities (created_at desc, id);
create index activities_handoff_idx  on public.activities (handoff_id) where handoff_id is not null;
create index activities_task_idx     on public.activities (task_id)    where task_id is not null;

-- Rules ------------------------------------------------------------------------------------------------------------

-- The name of a prospect whom the caller sees, or whose package he has claimed; anybody else is not there.
create function doorstep.name_of_prospect(prospect uuid, relation text) returns text
language plpgsql stable set search_path = ''
as $$
declare
  name text := (select p.name from public.prospects p where p.id = prospect);
begin
  if name is null then
    name := (select h.prospect_name from public.handoff_packages h
             where h.prospect_id = prospect and h.claimed_by = auth.uid() order by h.created_at desc, h.id limit 1);
  end if;
  if name is null then
    perform doorstep.refuse_reference(relation, relation || '_prospect_id_fkey', 'prospect_id', prospect, 'prospects');
  end if;
  return name;
end
$$;

create function doorstep.check_handoff(handoff uuid, prospect uuid, relation text) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (select from public.handoff_packages h where h.id = handoff and h.prospect_id = prospect) then
    perform doorstep.refuse_reference(relation, relation || '_handoff_id_fkey', 'handoff_id', handoff, 'handoff_packages');
  end if;
end
$$;

create function doorstep.tasks_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.due_at  := coalesce(new.due_at, doorstep.request_now() + interval '1 day');
    if current_user <> 'doorstep_definer' or new.prospect_name is null then
      new.prospect_name := doorstep.name_of_prospect(new.prospect_id, 'tasks');
    end if;
    if direct then
      if new.handoff_id is not null then
        perform doorstep.check_handoff(new.handoff_id, new.prospect_id, 'tasks');
      end if;
      if    new.created_by <> me     then perform doorstep.refuse_column('tasks', 'created_by');
      elsif new.done_by <> me        then perform doorstep.refuse_column('tasks', 'done_by');
      elsif new.source <> 'person'   then perform doorstep.refuse_column('tasks', 'source');
      elsif new.position is not null then perform doorstep.refuse_column('tasks', 'position');
      end if;
      new.created_by := me;
      if asker in ('sales_rep', 'sales_manager') then
        new.assignee := coalesce(new.assignee, me);
      end if;
      if new.assignee is distinct from me or asker not in ('sales_rep', 'sales_manager') then
        if asker = 'sales_rep' then
          perform doorstep.refuse_column('tasks', 'assignee');
        elsif new.assignee is not null then
          perform doorstep.check_assignee(new.assignee, 'tasks', 'assignee');
        end if;
      end if;
    end if;
  else
    new.version := old.version + 1;
    if direct then
      perform doorstep.guard_columns('tasks', to_jsonb(old), to_jsonb(new),
        case when asker = 'sales_rep' then array['title', 'notes', 'due_at', 'done'] else array['title', 'notes', 'due_at', 'done', 'assignee'] end,
        array['version', 'updated_at']);
      if new.assignee is distinct from old.assignee and new.assignee is not null then
        perform doorstep.check_assignee(new.assignee, 'tasks', 'assignee');
      end if;
    end if;
  end if;
  if new.done and (tg_op = 'INSERT' or not old.done) then
    new.done_at := doorstep.request_now();
    new.done_by := (select u.id from public.users u where u.id = me);
  elsif not new.done then
    new.done_at := null;
    new.done_by := null;
  end if;
  return new;
end
$$;

create function doorstep.activities_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  direct boolean := current_user = 'authenticated';
begin
  new.happened_at := coalesce(new.happened_at, doorstep.request_now());
  if current_user <> 'doorstep_definer' or new.prospect_name is null then
    new.prospect_name := doorstep.name_of_prospect(new.prospect_id, 'activities');
  end if;
  if direct then
    if    new.actor <> auth.uid()   then perform doorstep.refuse_column('activities', 'actor');
    elsif new.kind like 'task\_%'   then perform doorstep.refuse_column('activities', 'kind');
    end if;
    new.actor := auth.uid();
    if new.handoff_id is not null then
      perform doorstep.check_handoff(new.handoff_id, new.prospect_id, 'activities');
    end if;
    if new.task_id is not null and not exists (select from public.tasks t where t.id = new.task_id and t.prospect_id = new.prospect_id) then
      perform doorstep.refuse_reference('activities', 'activities_task_id_fkey', 'task_id', new.task_id, 'tasks');
    end if;
    -- A clock may be wrong by a little.
    if new.happened_at > doorstep.request_now() + interval '5 minutes' then
      perform doorstep.refuse('DS422', 'not_happened_yet', 'happened_at');
    end if;
  end if;
  return new;
end
$$;

-- What becomes of a task is what happened.
create function doorstep.log_task_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.activities (prospect_id, prospect_name, kind, body, happened_at, handoff_id, task_id, actor)
  select new.prospect_id, new.prospect_name, said.kind, new.title, doorstep.request_now(), new.handoff_id, new.id,
         (select u.id from public.users u where u.id = auth.uid())
  from (values ('task_done',     new.done and not old.done),
               ('task_reopened', old.done and not new.done),
               ('task_passed',   new.assignee is distinct from old.assignee)) as said (kind, so)
  where said.so;
  return null;
end
$$;

-- Who claims a package has its steps to do: the first as soon as the package was due, the others within a day. Who gives it
-- back leaves what is open to the next; what is open when a package is completed is done with it. Else what is open follows
-- the prospect's owner.
create function doorstep.tasks_of_handoff() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.tasks t set assignee = new.claimed_by
  where t.handoff_id = new.id and t.source = 'handoff' and not t.done and t.assignee is distinct from new.claimed_by;
  if new.status = 'completed' then
    update public.tasks t set done = true where t.handoff_id = new.id and t.source = 'handoff' and not t.done;
  elsif new.status = 'claimed' then
    insert into public.tasks (prospect_id, prospect_name, title, assignee, due_at, source, handoff_id, position)
    select new.prospect_id, new.prospect_name, left(step.text, 500), new.claimed_by,
           case when step.number = 1 then greatest(new.claim_due_at, new.claimed_at) else new.claimed_at + interval '1 day' end,
           'handoff', new.id, step.number
    from unnest(new.next_steps) with ordinality as step (text, number)
    where btrim(step.text) <> ''
    on conflict (handoff_id, position) do nothing;
  end if;
  return null;
end
$$;

create function doorstep.tasks_of_prospect() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.tasks t set assignee = new.assigned_to
  where t.prospect_id = new.id and t.source = 'person' and not t.done
    and (t.assignee is null or t.assignee = old.assigned_to) and t.assignee is distinct from new.assigned_to;
  return null;
end
$$;
revoke all on function doorstep.name_of_prospect(uuid, text), doorstep.check_handoff(uuid, uuid, text), doorstep.tasks_guard(),
  doorstep.activities_guard(), doorstep.log_task_change(), doorstep.tasks_of_handoff(), doorstep.tasks_of_prospect()
  from public, anon, authenticated, service_role;
grant execute on function doorstep.name_of_prospect(uuid, text), doorstep.check_handoff(uuid, uuid, text)
  to authenticated, service_role, worker, doorstep_definer;
alter function doorstep.log_task_change()   owner to doorstep_definer;
alter function doorstep.tasks_of_handoff()  owner to doorstep_definer;
alter function doorstep.tasks_of_prospect() owner to doorstep_definer;

create trigger tasks_1_guard      before insert or update on public.tasks for each row execute function doorstep.tasks_guard();
create trigger tasks_2_updated_at before update on public.tasks for each row execute function public.update_updated_at_column();
create trigger tasks_history after update on public.tasks
  for each row when ((old.done, old.assignee) is distinct from (new.done, new.assignee)) execute function doorstep.log_task_change();
create trigger tasks_no_shadow after insert on public.tasks for each row execute function doorstep.no_shadow();
create trigger activities_1_guard before insert on public.activities for each row execute function doorstep.activities_guard();
create trigger activities_no_shadow after insert on public.activities for each row execute function doorstep.no_shadow();
-- What happened passes to the row that stands for the same person, and changes in nothing else.
create trigger activities_append_only before update or delete on public.activities
  for each row when (current_user <> 'doorstep_definer') execute function doorstep.append_only();
create trigger activities_no_truncate before truncate on public.activities for each statement execute function doorstep.append_only();
create trigger handoff_packages_tasks after update on public.handoff_packages
  for each row when (new.claimed_by is distinct from old.claimed_by or (new.status = 'completed' and old.status <> 'completed'))
  execute function doorstep.tasks_of_handoff();
create trigger prospects_tasks after update on public.prospects
  for each row when (new.assigned_to is distinct from old.assigned_to) execute function doorstep.tasks_of_prospect();
select doorstep.watch('public.tasks', 'version'), doorstep.watch('public.activities');

-- Two rows that turn out to be one person bring along what is to be done and what happened.
do $merge$
declare
  body   constant text := pg_get_functiondef('doorstep.merge_children(uuid, uuid, text)'::regprocedure);
  before constant text := 'update public.handoff_packages     t set prospect_id = kept where t.prospect_id = other;';
begin
  if position(before in body) = 0 then
    raise exception 'merge_children() has no such line';
  end if;
  execute replace(body, before, before || $also$
  update public.tasks                t set prospect_id = kept, prospect_name = kept_name where t.prospect_id = other;
  update public.activities           t set prospect_id = kept, prospect_name = kept_name where t.prospect_id = other;$also$);
end
$merge$;

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.tasks enable row level security;
alter table public.tasks force row level security;
revoke all on public.tasks from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.tasks to authenticated, service_role;
grant select, insert, update on public.tasks to worker, doorstep_definer;

create policy owner_all   on public.tasks to {{owner}}        using (true) with check (true);
create policy service_all on public.tasks to service_role     using (true) with check (true);
create policy worker_all  on public.tasks to worker           using (true) with check (true);
create policy definer_all on public.tasks to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (assignee = (select auth.uid()) or exists (select from public.prospects p where p.id = tasks.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_select_team on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (assignee = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = tasks.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_select_all on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.tasks for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
-- Of his own prospect, or of one whose package he has claimed.
create policy sales_rep_insert_own on public.tasks for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep' and assignee = (select auth.uid())
         and (exists (select from public.prospects p where p.id = tasks.prospect_id and p.assigned_to = (select auth.uid()))
              or exists (select from public.handoff_packages h where h.prospect_id = tasks.prospect_id and h.claimed_by = (select auth.uid()))));
create policy sales_manager_insert_team on public.tasks for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (exists (select from public.prospects p where p.id = tasks.prospect_id
                and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))
              or exists (select from public.handoff_packages h where h.prospect_id = tasks.prospect_id and h.claimed_by = (select auth.uid()))));
create policy admin_insert_all on public.tasks for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy sales_rep_update_own on public.tasks for update to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (assignee = (select auth.uid()) or exists (select from public.prospects p where p.id = tasks.prospect_id and p.assigned_to = (select auth.uid()))))
  with check ((select doorstep.my_role()) = 'sales_rep'
         and (assignee = (select auth.uid()) or exists (select from public.prospects p where p.id = tasks.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_update_team on public.tasks for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (assignee = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = tasks.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (assignee = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = tasks.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_update_all on public.tasks for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy admin_delete_all on public.tasks for delete to authenticated
  using ((select doorstep.my_role()) = 'admin');

alter table public.activities enable row level security;
alter table public.activities force row level security;
revoke all on public.activities from public, anon, authenticated, service_role;
grant select, insert on public.activities to authenticated, service_role, worker;
grant select, insert, update on public.activities to doorstep_definer;

create policy owner_all   on public.activities to {{owner}}        using (true) with check (true);
create policy service_all on public.activities to service_role     using (true) with check (true);
create policy worker_select on public.activities for select to worker using (true);
create policy worker_insert on public.activities for insert to worker with check (true);
create policy definer_all on public.activities to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.activities for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and (actor = (select auth.uid()) or exists (select from public.prospects p where p.id = activities.prospect_id and p.assigned_to = (select auth.uid()))));
create policy sales_manager_select_team on public.activities for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (actor = any ((select doorstep.led_user_ids())::uuid[]) or exists (select from public.prospects p where p.id = activities.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))));
create policy admin_select_all on public.activities for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.activities for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.activities for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy sales_rep_insert_own on public.activities for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_rep'
         and (exists (select from public.prospects p where p.id = activities.prospect_id and p.assigned_to = (select auth.uid()))
              or exists (select from public.handoff_packages h where h.prospect_id = activities.prospect_id and h.claimed_by = (select auth.uid()))));
create policy sales_manager_insert_team on public.activities for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (exists (select from public.prospects p where p.id = activities.prospect_id
                and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])))
              or exists (select from public.handoff_packages h where h.prospect_id = activities.prospect_id and h.claimed_by = (select auth.uid()))));
create policy admin_insert_all on public.activities for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
