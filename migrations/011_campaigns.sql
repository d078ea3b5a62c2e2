-- Campaigns, their runs, and the leads that wait in a run.

-- Tables -----------------------------------------------------------------------------------------------------------

create table public.campaigns (
  id                       uuid primary key default gen_random_uuid(),
  name                     text not null constraint campaigns_name check (btrim(name) <> ''),
  segment                  text not null,
  status                   text not null default 'draft' constraint campaigns_status check (status in ('draft', 'active', 'paused', 'completed')),
  channels                 text[] not null constraint campaigns_channels check (channels <@ array['phone', 'whatsapp', 'sms', 'email']),
  attempts                 integer not null default 0,
  connect_rate             numeric(5,2) not null default 0,
  booked_appointments      integer not null default 0,
  created_by               uuid not null constraint campaigns_created_by_fkey references public.users,
  goal                     text,
  objective_type           text constraint campaigns_objective_type check (objective_type in ('marketing', 'informational')),
  channel_order            text[] not null default '{}'
                           constraint campaigns_channel_order check (channel_order <@ array['phone', 'whatsapp', 'sms', 'email']),
  segment_filter           jsonb constraint campaigns_segment_filter check (jsonb_typeof(segment_filter) = 'object'),
  max_attempts_total       smallint not null default 6 constraint campaigns_max_attempts_total check (max_attempts_total > 0),
  max_attempts_per_channel smallint not null default 3 constraint campaigns_max_attempts_per_channel check (max_attempts_per_channel > 0),
  retry_policy             jsonb constraint campaigns_retry_policy check (jsonb_typeof(retry_policy) = 'object'),
  window_start             time,
  window_end               time,
  window_days              smallint[] constraint campaigns_window_days check (window_days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
  fallback_timezone        text constraint campaigns_fallback_timezone check (doorstep.is_timezone(fallback_timezone)),
  max_concurrency          smallint not null default 5 constraint campaigns_max_concurrency check (max_concurrency > 0),
  attempts_per_minute      smallint not null default 10 constraint campaigns_attempts_per_minute check (attempts_per_minute > 0),
  pause_wait_mode          text not null default 'count_all_time'
                           constraint campaigns_pause_wait_mode check (pause_wait_mode in ('count_all_time', 'restart', 'count_while_active')),
  requires_live_agent      boolean not null default false,
  script_version           text,
  starts_at                timestamptz,
  ends_at                  timestamptz,
  disclosure_text_id       text,
  team_id                  uuid not null constraint campaigns_team_id_fkey references public.teams,
  blocked_at               timestamptz,
  blocked_by               uuid constraint campaigns_blocked_by_fkey references public.users on delete set null,
  block_reason             text,
  connected_attempts       integer not null default 0,
  countable_attempts       integer not null default 0,
  version                  integer not null default 1,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  constraint campaigns_channels_before_active check (status = 'draft' or cardinality(channels) > 0),
  constraint campaigns_dates check (ends_at > starts_at),
  constraint campaigns_blocked_is_not_active check (blocked_at is null or status <> 'active')
);
comment on column public.campaigns.attempts is 'Conversations of the campaign that were not inbound and no placeholders. Derived, as connect_rate and booked_appointments.';
comment on column public.campaigns.connected_attempts is 'Of the attempts, those that a person answered or replied to: the numerator of connect_rate.';
comment on column public.campaigns.countable_attempts is 'Of the attempts, all but invalid numbers and technical failures: the denominator of connect_rate.';
create index campaigns_created_idx    on public.campaigns (created_at desc, id);
create index campaigns_status_idx     on public.campaigns (status, created_at desc, id);
create index campaigns_team_idx       on public.campaigns (team_id, created_at desc, id);
create index campaigns_created_by_idx on public.campaigns (created_by, created_at desc, id);
create index campaigns_blocked_by_idx on public.campaigns (blocked_by) where blocked_by is not null;

alter table public.suppressions add constraint suppressions_campaign_id_fkey foreign key (campaign_id) references public.campaigns;
create index suppressions_campaign_idx on public.suppressions (campaign_id) where campaign_id is not null;

create table public.campaign_runs (
  id                      uuid primary key default gen_random_uuid(),
  campaign_id             uuid not null constraint campaign_runs_campaign_id_fkey references public.campaigns,
  campaign_name           text not null,
  status                  text not null default 'running'
                          constraint campaign_runs_status check (status in ('running', 'paused', 'completed', 'draining', 'cancelled', 'failed')),
  current_conversation_id uuid,
  metrics                 jsonb not null default '{"totalLeads": 0, "contacted": 0, "connected": 0, "voicemails": 0, "noAnswers": 0, "booked": 0,
                            "connectRate": 0, "byChannel": {"phone": {"contacted": 0, "connected": 0}, "whatsapp": {"sent": 0, "responded": 0},
                            "sms": {"sent": 0, "responded": 0}, "email": {"sent": 0, "opened": 0}}}'
                          constraint campaign_runs_metrics check (jsonb_typeof(metrics) = 'object'),
  run_no                  integer not null,
  started_by              uuid constraint campaign_runs_started_by_fkey references public.users on delete set null,
  segment_snapshot        jsonb constraint campaign_runs_segment_snapshot check (jsonb_typeof(segment_snapshot) = 'object'),
  policy_snapshot         jsonb constraint campaign_runs_policy_snapshot check (jsonb_typeof(policy_snapshot) = 'object'),
  script_version          text,
  started_at              timestamptz not null default now(),
  paused_at               timestamptz,
  completed_at            timestamptz,
  lease_owner             text,
  lease_until             timestamptz,
  last_tick_at            timestamptz,
  error                   text,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  constraint campaign_runs_number unique (campaign_id, run_no)
);
create unique index campaign_runs_one_active on public.campaign_runs (campaign_id) where status in ('running', 'paused', 'draining');
create index campaign_runs_campaign_idx     on public.campaign_runs (campaign_id, created_at desc, id);
create index campaign_runs_created_idx      on public.campaign_runs (created_at desc, id);
create index campaign_runs_conversation_idx on public.campaign_runs (current_conversation_id) where current_conversation_id is not null;
create index campaign_runs_started_by_idx   on public.campaign_runs (started_by) where started_by is not null;

create table public.queued_leads (
  id                 uuid primary key default gen_random_uuid(),
  campaign_run_id    uuid not null constraint queued_leads_campaign_run_id_fkey references public.campaign_runs,
  campaign_id        uuid not null constraint queued_leads_campaign_id_fkey references public.campaigns,
  prospect_id        uuid not null constraint queued_leads_prospect_id_fkey references public.prospects,
  prospect_name      text not null,
  phone              text,
  channel            text constraint queued_leads_channel check (channel in ('phone', 'whatsapp', 'sms', 'email')),
  whatsapp           text,
  email              text,
  status             text not null default 'queued'
                     constraint queued_leads_status check (status in ('queued', 'dialing', 'connected', 'completed', 'failed', 'sending',
                       'delivered', 'responded', 'scheduled', 'waiting', 'exhausted', 'skipped', 'opted_out', 'cancelled')),
  attempts           integer not null default 0 constraint queued_leads_attempts check (attempts >= 0),
  priority           smallint not null default 0,
  next_attempt_at    timestamptz,
  technical_failures integer not null default 0 constraint queued_leads_technical_failures check (technical_failures >= 0),
  channels_tried     jsonb not null default '{}' constraint queued_leads_channels_tried check (jsonb_typeof(channels_tried) = 'object'),
  last_outcome       text,
  skip_reason        text constraint queued_leads_skip_reason check (skip_reason in ('no_consent', 'suppressed', 'dnc_listed', 'no_address',
                       'unknown_timezone', 'outside_window', 'frequency_cap', 'in_live_conversation', 'has_appointment', 'owner_excluded',
                       'campaign_inactive', 'erased', 'legal_hold')),
  lease_owner        text,
  lease_until        timestamptz,
  lease_epoch        bigint not null default 0,
  version            integer not null default 1,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint queued_leads_once_per_run unique (campaign_run_id, prospect_id)
);
create index queued_leads_due_idx      on public.queued_leads (status, next_attempt_at, priority);
create index queued_leads_prospect_idx on public.queued_leads (prospect_id, created_at desc, id);
create index queued_leads_campaign_idx on public.queued_leads (campaign_id, created_at desc, id);
create index queued_leads_run_idx      on public.queued_leads (campaign_run_id, created_at desc, id);
create index queued_leads_created_idx  on public.queued_leads (created_at desc, id);

-- Rules ------------------------------------------------------------------------------------------------------------

create function doorstep.campaigns_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  counters constant text[] := array['attempts', 'connect_rate', 'booked_appointments', 'connected_attempts', 'countable_attempts'];
  planning constant text[] := array['name', 'segment', 'status', 'channels', 'goal', 'objective_type', 'channel_order', 'segment_filter',
             'max_attempts_total', 'max_attempts_per_channel', 'retry_policy', 'window_start', 'window_end', 'window_days',
             'fallback_timezone', 'max_concurrency', 'attempts_per_minute', 'pause_wait_mode', 'requires_live_agent', 'script_version',
             'starts_at', 'ends_at', 'disclosure_text_id', 'team_id'];
  me     uuid := auth.uid();
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.attempts := 0; new.connect_rate := 0; new.booked_appointments := 0; new.connected_attempts := 0; new.countable_attempts := 0;
    if direct then
      if    new.created_by <> me       then perform doorstep.refuse_column('campaigns', 'created_by');
      elsif new.blocked_at is not null then perform doorstep.refuse_column('campaigns', 'blocked_at');
      elsif new.team_id is not null and asker = 'sales_manager'
            and not new.team_id = any (doorstep.my_team_ids() || doorstep.led_team_ids()) then
        perform doorstep.refuse_column('campaigns', 'team_id');
      elsif new.status not in ('draft', 'active') then
        perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
      end if;
      new.created_by := me; new.blocked_by := null;
    end if;
    new.team_id := coalesce(new.team_id, doorstep.creator_team());
    return new;
  end if;

  if current_user = 'doorstep_definer' then
    return new;  -- the counting triggers: no version of anybody's making
  end if;
  -- Derived, whoever writes.
  new.attempts := old.attempts; new.connect_rate := old.connect_rate; new.booked_appointments := old.booked_appointments;
  new.connected_attempts := old.connected_attempts; new.countable_attempts := old.countable_attempts;
  new.version := old.version + 1;
  if direct then
    if asker = 'compliance_officer' then
      new.blocked_by := old.blocked_by;
    end if;
    if new.blocked_at is distinct from old.blocked_at and asker = 'compliance_officer' then
      new.blocked_by := case when new.blocked_at is not null then me end;
      if new.blocked_at is not null and new.status = 'active' then
        new.status := 'paused';
      end if;
    end if;
    perform doorstep.guard_columns('campaigns', to_jsonb(old), to_jsonb(new),
      case when asker in ('sales_manager', 'admin', 'operations') then planning
           when asker = 'compliance_officer' then array['status', 'blocked_at', 'blocked_by', 'block_reason'] end,
      array['version', 'updated_at'] || counters);
    if asker = 'compliance_officer' and new.status <> old.status and new.status <> 'paused' then
      perform doorstep.refuse_column('campaigns', 'status');
    end if;
    if asker = 'sales_manager' and new.team_id <> old.team_id and not new.team_id = any (doorstep.led_team_ids()) then
      perform doorstep.refuse_column('campaigns', 'team_id');
    end if;
  end if;
  if new.status <> old.status then
    if (old.status, new.status) not in (('draft', 'active'), ('active', 'paused'), ('paused', 'active'), ('active', 'completed')) then
      perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
    elsif new.status = 'active' and new.blocked_at is not null then
      perform doorstep.refuse('DS409', 'campaign_blocked', 'status');
    end if;
  end if;
  return new;
end
$$;

create function doorstep.campaign_runs_guard() returns trigger
language plpgsql set search_path = ''
as $$
declare
  asker  text := doorstep.my_role();
  direct boolean := current_user = 'authenticated';
begin
  if tg_op = 'INSERT' then
    select c.name into new.campaign_name from public.campaigns c where c.id = new.campaign_id;
    if not found then
      perform doorstep.refuse_reference('campaign_runs', 'campaign_runs_campaign_id_fkey', 'campaign_id', new.campaign_id, 'campaigns');
    end if;
    new.run_no := coalesce(new.run_no, (select coalesce(max(r.run_no), 0) + 1 from public.campaign_runs r where r.campaign_id = new.campaign_id));
    return new;
  end if;
  if direct then
    perform doorstep.guard_columns('campaign_runs', to_jsonb(old), to_jsonb(new), array['status'], array['updated_at']);
    if asker = 'compliance_officer' and new.status <> old.status and new.status not in ('paused', 'cancelled') then
      perform doorstep.refuse_column('campaign_runs', 'status');
    end if;
  end if;
  if new.status <> old.status then
    if not (old.status in ('running', 'paused') or (old.status = 'draining' and new.status in ('completed', 'cancelled', 'failed'))) then
      perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
    end if;
    if new.status = 'paused' then
      new.paused_at := doorstep.request_now();
    elsif new.status in ('completed', 'cancelled', 'failed') then
      new.completed_at := coalesce(new.completed_at, doorstep.request_now());
    end if;
  end if;
  return new;
end
$$;

create function doorstep.queued_leads_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    select r.campaign_id into new.campaign_id from public.campaign_runs r where r.id = new.campaign_run_id;
    if not found then
      perform doorstep.refuse_reference('queued_leads', 'queued_leads_campaign_run_id_fkey', 'campaign_run_id', new.campaign_run_id, 'campaign_runs');
    end if;
    select p.name, p.phone, p.whatsapp, p.email into new.prospect_name, new.phone, new.whatsapp, new.email
    from public.prospects p where p.id = new.prospect_id;
    if not found then
      perform doorstep.refuse_reference('queued_leads', 'queued_leads_prospect_id_fkey', 'prospect_id', new.prospect_id, 'prospects');
    end if;
    return new;
  end if;
  new.version := old.version + 1;
  if current_user = 'authenticated' then
    perform doorstep.guard_columns('queued_leads', to_jsonb(old), to_jsonb(new), array['status'], array['version', 'updated_at']);
    if new.status <> old.status and new.status <> 'cancelled' then
      perform doorstep.refuse_column('queued_leads', 'status');
    end if;
  end if;
  if new.status <> old.status and old.status in ('completed', 'failed', 'exhausted', 'skipped', 'opted_out', 'cancelled') then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  return new;
end
$$;
revoke all on function doorstep.campaigns_guard(), doorstep.campaign_runs_guard(), doorstep.queued_leads_guard() from public, anon, authenticated, service_role;

create trigger campaigns_1_guard      before insert or update on public.campaigns for each row execute function doorstep.campaigns_guard();
create trigger campaigns_2_updated_at before update on public.campaigns for each row execute function public.update_updated_at_column();
create trigger campaign_runs_1_guard      before insert or update on public.campaign_runs for each row execute function doorstep.campaign_runs_guard();
create trigger campaign_runs_2_updated_at before update on public.campaign_runs for each row execute function public.update_updated_at_column();
create trigger queued_leads_1_guard      before insert or update on public.queued_leads for each row execute function doorstep.queued_leads_guard();
create trigger queued_leads_2_updated_at before update on public.queued_leads for each row execute function public.update_updated_at_column();
-- A lease that is prolonged is nobody's news.
select doorstep.watch('public.campaigns'), doorstep.watch('public.campaign_runs', 'lease_owner,lease_until,last_tick_at'),
       doorstep.watch('public.queued_leads', 'lease_owner,lease_until,lease_epoch,version');

-- Rights -----------------------------------------------------------------------------------------------------------

-- The campaigns and the runs in which leads of the caller are.
create function doorstep.my_campaign_ids() returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((select array_agg(distinct q.campaign_id) from public.queued_leads q join public.prospects p on p.id = q.prospect_id
                   where p.assigned_to = auth.uid()), '{}');
end
$$;
create function doorstep.my_campaign_run_ids() returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((select array_agg(distinct q.campaign_run_id) from public.queued_leads q join public.prospects p on p.id = q.prospect_id
                   where p.assigned_to = auth.uid()), '{}');
end
$$;
revoke all on function doorstep.my_campaign_ids(), doorstep.my_campaign_run_ids() from public, anon, authenticated, service_role;
grant execute on function doorstep.my_campaign_ids(), doorstep.my_campaign_run_ids() to authenticated;
alter function doorstep.my_campaign_ids()     owner to doorstep_definer;
alter function doorstep.my_campaign_run_ids() owner to doorstep_definer;

alter table public.campaigns enable row level security;
alter table public.campaigns force row level security;
revoke all on public.campaigns from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.campaigns to authenticated;
grant select, insert, update, delete on public.campaigns to service_role;
grant select, insert, update on public.campaigns to worker;
grant select, update on public.campaigns to doorstep_definer;

create policy owner_all on public.campaigns to {{owner}} using (true) with check (true);
create policy service_all on public.campaigns to service_role using (true) with check (true);
create policy worker_all on public.campaigns to worker using (true) with check (true);
create policy definer_all on public.campaigns to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and id = any ((select doorstep.my_campaign_ids())::uuid[]));
create policy sales_manager_select_team on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or created_by = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_select_all on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.campaigns for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_manager_insert_team on public.campaigns for insert to authenticated
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or created_by = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_insert_all on public.campaigns for insert to authenticated
  with check ((select doorstep.my_role()) = 'admin');
create policy operations_insert_all on public.campaigns for insert to authenticated
  with check ((select doorstep.my_role()) = 'operations');
create policy sales_manager_update_team on public.campaigns for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or created_by = any ((select doorstep.led_user_ids())::uuid[])))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and (team_id = any ((select doorstep.led_team_ids())::uuid[]) or created_by = any ((select doorstep.led_user_ids())::uuid[])));
create policy admin_update_all on public.campaigns for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_update_all on public.campaigns for update to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer')
  with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_update_all on public.campaigns for update to authenticated
  using ((select doorstep.my_role()) = 'operations')
  with check ((select doorstep.my_role()) = 'operations');
create policy admin_delete_all on public.campaigns for delete to authenticated
  using ((select doorstep.my_role()) = 'admin');

alter table public.campaign_runs enable row level security;
alter table public.campaign_runs force row level security;
revoke all on public.campaign_runs from public, anon, authenticated, service_role;
grant select, update on public.campaign_runs to authenticated;
grant select, insert, update, delete on public.campaign_runs to service_role;
grant select, insert, update on public.campaign_runs to worker;

create policy owner_all on public.campaign_runs to {{owner}} using (true) with check (true);
create policy service_all on public.campaign_runs to service_role using (true) with check (true);
create policy worker_all on public.campaign_runs to worker using (true) with check (true);
create policy sales_rep_select_own on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and id = any ((select doorstep.my_campaign_run_ids())::uuid[]));
create policy sales_manager_select_team on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.campaigns c where c.id = campaign_runs.campaign_id and (c.team_id = any ((select doorstep.led_team_ids())::uuid[]) or c.created_by = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy qa_supervisor_select_all on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'qa_supervisor');
create policy compliance_officer_select_all on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.campaign_runs for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_manager_update_team on public.campaign_runs for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.campaigns c where c.id = campaign_runs.campaign_id and (c.team_id = any ((select doorstep.led_team_ids())::uuid[]) or c.created_by = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.campaigns c where c.id = campaign_runs.campaign_id and (c.team_id = any ((select doorstep.led_team_ids())::uuid[]) or c.created_by = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_update_all on public.campaign_runs for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_update_all on public.campaign_runs for update to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer')
  with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_update_all on public.campaign_runs for update to authenticated
  using ((select doorstep.my_role()) = 'operations')
  with check ((select doorstep.my_role()) = 'operations');

alter table public.queued_leads enable row level security;
alter table public.queued_leads force row level security;
revoke all on public.queued_leads from public, anon, authenticated, service_role;
grant select, update on public.queued_leads to authenticated;
grant select, insert, update, delete on public.queued_leads to service_role;
grant select, insert, update on public.queued_leads to worker;
grant select on public.queued_leads to doorstep_definer;

create policy owner_all on public.queued_leads to {{owner}} using (true) with check (true);
create policy service_all on public.queued_leads to service_role using (true) with check (true);
create policy worker_all on public.queued_leads to worker using (true) with check (true);
create policy definer_all on public.queued_leads to doorstep_definer using (true) with check (true);
create policy sales_rep_select_own on public.queued_leads for select to authenticated
  using ((select doorstep.my_role()) = 'sales_rep'
         and exists (select from public.prospects p where p.id = queued_leads.prospect_id and p.assigned_to = (select auth.uid())));
create policy sales_manager_select_team on public.queued_leads for select to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = queued_leads.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_select_all on public.queued_leads for select to authenticated
  using ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_select_all on public.queued_leads for select to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_select_all on public.queued_leads for select to authenticated
  using ((select doorstep.my_role()) = 'operations');
create policy sales_manager_update_team on public.queued_leads for update to authenticated
  using ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = queued_leads.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))))
  with check ((select doorstep.my_role()) = 'sales_manager'
         and exists (select from public.prospects p where p.id = queued_leads.prospect_id
           and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[]))));
create policy admin_update_all on public.queued_leads for update to authenticated
  using ((select doorstep.my_role()) = 'admin')
  with check ((select doorstep.my_role()) = 'admin');
create policy compliance_officer_update_all on public.queued_leads for update to authenticated
  using ((select doorstep.my_role()) = 'compliance_officer')
  with check ((select doorstep.my_role()) = 'compliance_officer');
create policy operations_update_all on public.queued_leads for update to authenticated
  using ((select doorstep.my_role()) = 'operations')
  with check ((select doorstep.my_role()) = 'operations');

-- qa_supervisor: every lead, masked.
create view public.queued_leads_masked as
select id, campaign_run_id, campaign_id, prospect_id, prospect_name, doorstep.mask_phone(phone) as phone, channel,
  doorstep.mask_phone(whatsapp) as whatsapp, doorstep.mask_email(email) as email, status, attempts, priority, next_attempt_at,
  technical_failures, channels_tried, last_outcome, skip_reason, lease_owner, lease_until, lease_epoch, version, created_at, updated_at
from public.queued_leads
where (select doorstep.my_role()) = 'qa_supervisor';
revoke all on public.queued_leads_masked from public, anon, authenticated, service_role;
grant select on public.queued_leads_masked to authenticated;
alter view public.queued_leads_masked owner to doorstep_definer;
