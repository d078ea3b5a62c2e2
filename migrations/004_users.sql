-- People, their teams, and who is who in every policy.

create table public.users (
  id                  uuid primary key constraint users_id_fkey references auth.users (id) on delete restrict,
  name                text not null constraint users_name check (btrim(name) <> '' and length(name) <= 200),
  email               text not null constraint users_email_key unique constraint users_email check (email = lower(btrim(email)) and email like '_%@_%'),
  role                text not null default 'sales_rep' constraint users_role check (role in ('sales_rep', 'sales_manager', 'admin', 'qa_supervisor', 'compliance_officer', 'operations')),
  avatar              text constraint users_avatar check (avatar ~* '^(https?://|/)' and length(avatar) <= 2000),
  last_active         timestamptz,
  status              text not null default 'inactive' constraint users_status check (status in ('active', 'inactive')),
  reports_to          uuid constraint users_reports_to_fkey references public.users (id) on delete set null,
  timezone            text constraint users_timezone check (doorstep.is_timezone(timezone)),
  languages           text[] not null default '{}' constraint users_languages check (array_position(languages, null) is null),
  working_hours       jsonb  not null default '{}' constraint users_working_hours check (jsonb_typeof(working_hours) = 'object'),
  availability        text   not null default 'offline' constraint users_availability check (availability in ('online', 'away', 'offline')),
  out_of_office_until timestamptz,
  max_open_leads      integer not null default 50 constraint users_max_open_leads check (max_open_leads >= 0),
  max_concurrent_live integer not null default 1 constraint users_max_concurrent_live check (max_concurrent_live >= 0),
  phone_e164          text constraint users_phone_e164 check (phone_e164 ~ '^\+[1-9][0-9]{6,14}$'),
  deactivated_at      timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint users_deactivated_is_inactive check (deactivated_at is null or status = 'inactive')
);
comment on table  public.users is 'A person who may sign in. Made by the trigger on auth.users; deactivated and anonymised, never removed.';
comment on column public.users.status is 'inactive without deactivated_at: signed up, not let in yet; sees himself and what is public.';
comment on column public.users.working_hours is 'Per ISO weekday ("1" is Monday) a list of [start, end) in local time: {"1": [["09:00", "18:00"]]}.';
comment on column public.users.email is 'Follows auth.users.email; never written by a caller.';

create index users_reports_to_idx on public.users (reports_to);
create index users_role_idx       on public.users (role, id) where status = 'active';
create index users_created_at_idx on public.users (created_at desc, id);

create table public.teams (
  id             uuid primary key default gen_random_uuid(),
  name           text not null constraint teams_name check (btrim(name) <> '' and length(name) <= 200),
  parent_team_id uuid constraint teams_parent_team_id_fkey references public.teams (id) on delete restrict,
  is_default     boolean not null default false,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint teams_name_key unique (name)
);
comment on column public.teams.is_default is 'The team that everybody joins who is in none when he is let in. There is one, and it stays.';
create unique index teams_one_default     on public.teams (is_default) where is_default;
create index        teams_parent_team_idx on public.teams (parent_team_id);

create table public.team_members (
  id         uuid not null default gen_random_uuid() constraint team_members_id_key unique,
  team_id    uuid not null constraint team_members_team_id_fkey references public.teams (id) on delete cascade,
  user_id    uuid not null constraint team_members_user_id_fkey references public.users (id) on delete cascade,
  is_lead    boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (team_id, user_id)
);
comment on column public.team_members.is_lead is 'Leads this team and all below it.';
create index team_members_user_id_idx on public.team_members (user_id, team_id);

insert into public.teams (name, is_default) values ('Everyone', true);

-- Who is who -------------------------------------------------------------------------------------------------------
-- plpgsql and not sql: its plans are kept for the session, and these run in every statement.

create function doorstep.my_role() returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select u.role from public.users u
          where u.id = auth.uid() and u.status = 'active' and u.deactivated_at is null);
end
$$;
comment on function doorstep.my_role() is 'The caller''s role; NULL for whoever has not been let in, was deactivated, or is no person.';

create function doorstep.my_team_ids() returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((select array_agg(m.team_id) from public.team_members m join public.users u on u.id = m.user_id
                   where m.user_id = auth.uid() and u.status = 'active' and u.deactivated_at is null), '{}');
end
$$;
comment on function doorstep.my_team_ids() is 'The teams the caller is a member of.';

create function doorstep.led_team_ids() returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((
    with recursive led (id) as (
      select m.team_id from public.team_members m join public.users u on u.id = m.user_id
      where m.user_id = auth.uid() and m.is_lead and u.status = 'active' and u.deactivated_at is null
      union
      select t.id from public.teams t join led on t.parent_team_id = led.id
    )
    select array_agg(led.id) from led), '{}');
end
$$;
comment on function doorstep.led_team_ids() is 'The teams the caller leads, and all below them.';

create function doorstep.led_user_ids() returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((
    select array_agg(person.id)
    from (select m.user_id as id from public.team_members m where m.team_id = any ((select doorstep.led_team_ids())::uuid[])
          union
          select u.id from public.users u where u.id = auth.uid() and u.status = 'active' and u.deactivated_at is null) as person
  ), '{}');
end
$$;
comment on function doorstep.led_user_ids() is 'The members of the teams the caller leads, and the caller.';

create function doorstep.default_team_id() returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select t.id from public.teams t where t.is_default);
end
$$;

create function doorstep.signup_status() returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return case when (select s.value from doorstep.settings s where s.name = 'open_signup') = 'true'::jsonb
              then 'active' else 'inactive' end;
end
$$;
comment on function doorstep.signup_status() is 'The status of whoever signs himself up (setting open_signup).';

create function public.is_admin() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce(doorstep.my_role() = 'admin', false);
end
$$;

revoke all on function
  doorstep.my_role(), doorstep.my_team_ids(), doorstep.led_team_ids(), doorstep.led_user_ids(), doorstep.default_team_id(),
  doorstep.signup_status(), public.is_admin()
from public, anon, authenticated, service_role;
grant execute on function
  doorstep.my_role(), doorstep.my_team_ids(), doorstep.led_team_ids(), doorstep.led_user_ids(), public.is_admin()
to authenticated, service_role, worker, doorstep_definer;
grant execute on function doorstep.default_team_id() to authenticated, service_role, worker, doorstep_definer;
grant execute on function doorstep.signup_status()   to authenticated, doorstep_definer;

alter function doorstep.my_role()         owner to doorstep_definer;
alter function doorstep.my_team_ids()     owner to doorstep_definer;
alter function doorstep.led_team_ids()    owner to doorstep_definer;
alter function doorstep.led_user_ids()    owner to doorstep_definer;
alter function doorstep.default_team_id() owner to doorstep_definer;
alter function doorstep.signup_status()   owner to doorstep_definer;
alter function public.is_admin()          owner to doorstep_definer;

-- Sign-up ----------------------------------------------------------------------------------------------------------

-- The role never comes from the client. Who signs in anonymously, or without an address, is no person of ours.
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.is_anonymous or coalesce(btrim(new.email), '') = '' then
    return null;
  end if;
  insert into public.users (id, name, email, role, status)
  values (new.id,
          left(coalesce(nullif(btrim(new.raw_user_meta_data ->> 'name'), ''), split_part(btrim(new.email), '@', 1)), 200),
          lower(btrim(new.email)),
          'sales_rep',
          doorstep.signup_status())
  on conflict (id) do update set email = excluded.email;
  return null;
end
$$;
revoke all on function public.handle_new_user() from public, anon, authenticated, service_role;
alter function public.handle_new_user() owner to doorstep_definer;

create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();
-- A confirmed change of address is carried over; an anonymous person who gave one becomes a person.
create trigger on_auth_user_email_changed after update on auth.users
  for each row when (old.email is distinct from new.email or old.is_anonymous is distinct from new.is_anonymous)
  execute function public.handle_new_user();

-- Guards -----------------------------------------------------------------------------------------------------------

-- A person may insert his own row (policy self_insert); it comes out as a sign-up would have made it.
create function doorstep.users_before_insert() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated' and doorstep.my_role() is distinct from 'admin' then
    new.role                := 'sales_rep';
    new.status              := doorstep.signup_status();
    new.email               := coalesce(lower(btrim(auth.email())), new.email);
    new.deactivated_at      := null;
    new.reports_to          := null;
    new.max_open_leads      := 50;
    new.max_concurrent_live := 1;
    new.created_at          := now();
  end if;
  return new;
end
$$;

-- last_active is written by doorstep_auth alone (a column grant): nobody looks busier than he is.
-- Which columns of whom: column grants cannot tell an administrator from a rep, both are "authenticated".
create function doorstep.users_before_update() returns trigger
language plpgsql set search_path = ''
as $$
declare
  profile constant text[] := '{name,avatar,availability,working_hours,timezone,languages,out_of_office_until,phone_e164}';
  me      uuid;
  my_role text;
  allowed text[] := '{updated_at}';
  refused text;
begin
  if current_user = 'authenticated' then
    me      := auth.uid();
    my_role := doorstep.my_role();
    if old.id = me then
      allowed := allowed || profile;
    end if;
    if my_role = 'admin' then
      allowed := allowed || profile || '{reports_to,max_open_leads,max_concurrent_live}';
      if old.id <> me then
        allowed := allowed || '{role,status,deactivated_at}';
      end if;
    elsif my_role = 'sales_manager' and old.id <> me then
      allowed := allowed || '{availability,max_open_leads,max_concurrent_live}';
    elsif my_role = 'operations' and old.id <> me then
      allowed := allowed || '{working_hours,max_open_leads,max_concurrent_live}';
    end if;

    select n.key into refused
    from jsonb_each(to_jsonb(new)) n join jsonb_each(to_jsonb(old)) o using (key)
    where n.value is distinct from o.value and n.key <> all (allowed)
    order by n.key limit 1;
    if found then
      raise exception 'users.% may not be changed', refused
        using errcode = '42501', table = 'users', column = refused;
    end if;
  end if;

  -- status and deactivated_at say one thing: who was let in and is no longer was deactivated.
  if new.status = 'active' and old.status = 'inactive' then
    new.deactivated_at := null;
  elsif new.deactivated_at is not null and old.deactivated_at is null then
    new.status := 'inactive';
  elsif new.status = 'inactive' and old.status = 'active' then
    new.deactivated_at := coalesce(new.deactivated_at, doorstep.request_now());
  end if;
  return new;
end
$$;

-- The lock comes first: two administrators who demote each other would both still count the other.
create function doorstep.keep_an_admin() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('doorstep.keep_an_admin', 0));
  if not exists (select from public.users u
                 where u.role = 'admin' and u.status = 'active' and u.deactivated_at is null and u.id <> old.id) then
    raise exception 'last_admin' using errcode = 'DS409', detail = old.id::text;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;

create function doorstep.users_no_cycle() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('doorstep.users_no_cycle', 0));
  if exists (
    with recursive above (id) as (
      select new.reports_to
      union
      select u.reports_to from public.users u join above on u.id = above.id where u.reports_to is not null
    )
    select from above where id = new.id) then
    raise exception 'reports_to would make a circle' using errcode = '23514', constraint = 'users_reports_to_no_cycle', table = 'users', column = 'reports_to';
  end if;
  return new;
end
$$;

create function doorstep.teams_no_cycle() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('doorstep.teams_no_cycle', 0));
  if exists (
    with recursive above (id) as (
      select new.parent_team_id
      union
      select t.parent_team_id from public.teams t join above on t.id = above.id where t.parent_team_id is not null
    )
    select from above where id = new.id) then
    raise exception 'parent_team_id would make a circle' using errcode = '23514', constraint = 'teams_parent_team_no_cycle', table = 'teams', column = 'parent_team_id';
  end if;
  return new;
end
$$;

-- A manager renames his team; where it hangs and who is the default is the administrator's and nobody's.
create function doorstep.teams_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated' then
    if new.is_default is distinct from (case when tg_op = 'INSERT' then false else old.is_default end) then
      raise exception 'teams.is_default may not be changed' using errcode = '42501', table = 'teams', column = 'is_default';
    end if;
    if tg_op = 'UPDATE' and (new.id <> old.id or new.created_at <> old.created_at) then
      raise exception 'teams.id may not be changed' using errcode = '42501', table = 'teams', column = 'id';
    end if;
    if tg_op = 'UPDATE' and new.parent_team_id is distinct from old.parent_team_id
       and doorstep.my_role() is distinct from 'admin' then
      raise exception 'teams.parent_team_id may not be changed' using errcode = '42501', table = 'teams', column = 'parent_team_id';
    end if;
  end if;
  return new;
end
$$;

-- A membership is who and where: another person or team is another membership.
create function doorstep.team_members_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if current_user = 'authenticated'
     and (new.team_id, new.user_id, new.id, new.created_at) is distinct from (old.team_id, old.user_id, old.id, old.created_at) then
    raise exception 'team_members.user_id may not be changed' using errcode = '42501', table = 'team_members', column = 'user_id';
  end if;
  return new;
end
$$;

create function doorstep.join_default_team() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.team_members (team_id, user_id)
  select doorstep.default_team_id(), new.id
  where not exists (select from public.team_members m where m.user_id = new.id);
  return null;
end
$$;

-- In the transaction of the deactivation: the next request of an open session finds no session.
create function doorstep.end_sessions() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from auth.sessions where user_id = new.id;
  delete from doorstep.live_sessions where user_id = new.id;
  return null;
end
$$;

revoke all on function
  doorstep.users_before_insert(), doorstep.users_before_update(), doorstep.keep_an_admin(), doorstep.users_no_cycle(),
  doorstep.teams_no_cycle(), doorstep.teams_guard(), doorstep.team_members_guard(), doorstep.join_default_team(), doorstep.end_sessions()
from public, anon, authenticated, service_role;

alter function doorstep.keep_an_admin()     owner to doorstep_definer;
alter function doorstep.users_no_cycle()    owner to doorstep_definer;
alter function doorstep.teams_no_cycle()    owner to doorstep_definer;
alter function doorstep.join_default_team() owner to doorstep_definer;
alter function doorstep.end_sessions()      owner to doorstep_auth;

-- Triggers of one kind fire by name: 1 guard, 2 keep an admin, 3 no cycle, 4 updated_at.
create trigger users_1_guard_insert before insert on public.users for each row execute function doorstep.users_before_insert();
create trigger users_1_guard_update before update on public.users for each row execute function doorstep.users_before_update();
create trigger users_2_keep_an_admin before update on public.users
  for each row when (old.role = 'admin' and old.status = 'active' and (new.role <> 'admin' or new.status <> 'active'))
  execute function doorstep.keep_an_admin();
create trigger users_2_keep_an_admin_delete before delete on public.users
  for each row when (old.role = 'admin' and old.status = 'active')
  execute function doorstep.keep_an_admin();
create trigger users_3_no_cycle before insert or update of reports_to on public.users
  for each row when (new.reports_to is not null) execute function doorstep.users_no_cycle();
-- Being seen is no change: it must not spoil the ETag that somebody is editing under.
create trigger users_4_updated_at before update on public.users
  for each row when (to_jsonb(old) - 'last_active' is distinct from to_jsonb(new) - 'last_active')
  execute function public.update_updated_at_column();
create trigger users_let_in_insert after insert on public.users
  for each row when (new.status = 'active') execute function doorstep.join_default_team();
create trigger users_let_in after update on public.users
  for each row when (new.status = 'active' and old.status <> 'active') execute function doorstep.join_default_team();
create trigger users_deactivated after update on public.users
  for each row when (new.deactivated_at is not null and old.deactivated_at is null) execute function doorstep.end_sessions();

create trigger teams_1_guard      before insert or update on public.teams for each row execute function doorstep.teams_guard();
create trigger teams_3_no_cycle   before insert or update of parent_team_id on public.teams
  for each row when (new.parent_team_id is not null) execute function doorstep.teams_no_cycle();
create trigger teams_4_updated_at before update on public.teams for each row execute function public.update_updated_at_column();

create trigger team_members_1_guard      before update on public.team_members for each row execute function doorstep.team_members_guard();
create trigger team_members_4_updated_at before update on public.team_members for each row execute function public.update_updated_at_column();

select doorstep.watch('public.users', 'last_active'), doorstep.watch('public.teams'), doorstep.watch('public.team_members');

-- The directory ----------------------------------------------------------------------------------------------------

-- A whole-table view: the one condition is the caller's role, so no security_barrier (database.md 12).
create view public.users_directory as
select id, name,
       null::text        as email,
       role, avatar,
       null::timestamptz as last_active,
       null::text        as status,
       null::uuid        as reports_to,
       null::text        as timezone,
       null::text[]      as languages,
       null::jsonb       as working_hours,
       availability,
       null::timestamptz as out_of_office_until,
       null::integer     as max_open_leads,
       null::integer     as max_concurrent_live,
       null::text        as phone_e164,
       null::timestamptz as deactivated_at,
       null::timestamptz as created_at,
       null::timestamptz as updated_at
from public.users
where (select doorstep.my_role()) in ('sales_rep', 'qa_supervisor');
comment on view public.users_directory is 'What a rep or a QA supervisor knows of others: id, name, avatar, role, availability.';
revoke all on public.users_directory from public, anon, authenticated, service_role;
grant select on public.users_directory to authenticated;
alter view public.users_directory owner to doorstep_definer;

-- Rights -----------------------------------------------------------------------------------------------------------

alter table public.users        enable row level security;
alter table public.users        force row level security;
alter table public.teams        enable row level security;
alter table public.teams        force row level security;
alter table public.team_members enable row level security;
alter table public.team_members force row level security;

revoke all on public.users, public.teams, public.team_members from public, anon, authenticated, service_role;

grant select, insert, update         on public.users        to authenticated;
grant select, insert, update, delete on public.teams        to authenticated;
grant select, insert, update, delete on public.team_members to authenticated;
grant select, insert, update, delete on public.users, public.teams, public.team_members to service_role;
grant select                         on public.users, public.teams, public.team_members to worker;
grant select, insert, update         on public.users        to doorstep_definer;
grant select                         on public.teams        to doorstep_definer;
grant select, insert                 on public.team_members to doorstep_definer;
grant select (id, status, deactivated_at, last_active), update (last_active) on public.users to doorstep_auth;

create policy owner_all                 on public.users            to {{owner}}        using (true) with check (true);
create policy service_all               on public.users            to service_role     using (true) with check (true);
create policy definer_all               on public.users            to doorstep_definer using (true) with check (true);
create policy worker_select             on public.users for select to worker           using (true);
create policy auth_select               on public.users for select to doorstep_auth    using (true);
create policy auth_update               on public.users for update to doorstep_auth    using (true) with check (true);
-- Everybody who is signed in, let in or not: himself.
create policy self_select               on public.users for select to authenticated using (id = (select auth.uid()));
create policy self_insert               on public.users for insert to authenticated with check (id = (select auth.uid()));
create policy self_update               on public.users for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create policy sales_manager_select_team on public.users for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager' and id = any ((select doorstep.led_user_ids())::uuid[]));
create policy sales_manager_update_team on public.users for update to authenticated
  using      ((select doorstep.my_role()) = 'sales_manager' and id = any ((select doorstep.led_user_ids())::uuid[]))
  with check ((select doorstep.my_role()) = 'sales_manager' and id = any ((select doorstep.led_user_ids())::uuid[]));
create policy admin_select              on public.users for select to authenticated using ((select public.is_admin()));
create policy admin_insert              on public.users for insert to authenticated with check ((select public.is_admin()));
create policy admin_update              on public.users for update to authenticated using ((select public.is_admin())) with check ((select public.is_admin()));
create policy compliance_officer_select on public.users for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select         on public.users for select to authenticated using ((select doorstep.my_role()) = 'operations');
create policy operations_update         on public.users for update to authenticated
  using ((select doorstep.my_role()) = 'operations') with check ((select doorstep.my_role()) = 'operations');

create policy owner_all                 on public.teams            to {{owner}}        using (true) with check (true);
create policy service_all               on public.teams            to service_role     using (true) with check (true);
create policy definer_select            on public.teams for select to doorstep_definer using (true);
create policy worker_select             on public.teams for select to worker           using (true);
create policy sales_rep_select_own      on public.teams for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep' and id = any ((select doorstep.my_team_ids())::uuid[]));
create policy sales_manager_select_team on public.teams for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (id = any ((select doorstep.my_team_ids())::uuid[]) or id = any ((select doorstep.led_team_ids())::uuid[])));
create policy sales_manager_update_team on public.teams for update to authenticated
  using      ((select doorstep.my_role()) = 'sales_manager' and id = any ((select doorstep.led_team_ids())::uuid[]))
  with check ((select doorstep.my_role()) = 'sales_manager' and id = any ((select doorstep.led_team_ids())::uuid[]));
create policy admin_select              on public.teams for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy admin_insert              on public.teams for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy admin_update              on public.teams for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy admin_delete              on public.teams for delete to authenticated using ((select doorstep.my_role()) = 'admin' and not is_default);
create policy qa_supervisor_select      on public.teams for select to authenticated using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select on public.teams for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select         on public.teams for select to authenticated using ((select doorstep.my_role()) = 'operations');

create policy owner_all                 on public.team_members            to {{owner}}        using (true) with check (true);
create policy service_all               on public.team_members            to service_role     using (true) with check (true);
create policy definer_all               on public.team_members            to doorstep_definer using (true) with check (true);
create policy worker_select             on public.team_members for select to worker           using (true);
create policy sales_rep_select_own      on public.team_members for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep' and team_id = any ((select doorstep.my_team_ids())::uuid[]));
create policy sales_manager_select_team on public.team_members for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.my_team_ids())::uuid[]) or team_id = any ((select doorstep.led_team_ids())::uuid[])));
create policy sales_manager_update_team on public.team_members for update to authenticated
  using      ((select doorstep.my_role()) = 'sales_manager' and team_id = any ((select doorstep.led_team_ids())::uuid[]))
  with check ((select doorstep.my_role()) = 'sales_manager' and team_id = any ((select doorstep.led_team_ids())::uuid[]));
create policy admin_select              on public.team_members for select to authenticated using ((select doorstep.my_role()) = 'admin');
create policy admin_insert              on public.team_members for insert to authenticated with check ((select doorstep.my_role()) = 'admin');
create policy admin_update              on public.team_members for update to authenticated
  using ((select doorstep.my_role()) = 'admin') with check ((select doorstep.my_role()) = 'admin');
create policy admin_delete              on public.team_members for delete to authenticated using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select      on public.team_members for select to authenticated using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select on public.team_members for select to authenticated using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select         on public.team_members for select to authenticated using ((select doorstep.my_role()) = 'operations');

-- The people of a project that was there before us: like sign-ups.
do $people$
declare
  people jsonb;
begin
  set local role doorstep_auth;
  people := (select jsonb_agg(jsonb_build_object('id', u.id, 'email', lower(btrim(u.email)), 'name', btrim(u.raw_user_meta_data ->> 'name')))
             from auth.users u where not u.is_anonymous and u.deleted_at is null and btrim(u.email) <> '');
  set local role {{owner}};
  insert into public.users (id, name, email)
  select p.id, left(coalesce(nullif(p.name, ''), split_part(p.email, '@', 1)), 200), p.email
  from jsonb_to_recordset(people) as p (id uuid, email text, name text);
end
$people$;
