-- The verbs of a campaign: start, pause, resume, stop; and whom its segment holds.
--
-- A campaign's run and leads follow its status by trigger, whichever way it changes: by a verb, by PUT, or by a block.

grant select, insert, update on public.campaign_runs    to doorstep_definer;
grant insert                 on public.queued_leads     to doorstep_definer;
grant select                 on public.contact_policies to doorstep_definer;
create policy definer_all    on public.campaign_runs    to doorstep_definer using (true) with check (true);
create policy definer_select on public.contact_policies for select to doorstep_definer using (true);

-- A start copies name and contact itself, in one statement; asking for each lead again would cost as much as the rest.
create or replace function doorstep.queued_leads_guard() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    if current_user = 'doorstep_definer' then
      return new;
    end if;
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

-- The run follows: paused with the campaign, going on with it; when it is completed, what waits is cancelled, and the
-- run drains where a call or a sending is under way.
create function doorstep.campaigns_follow() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.status = 'paused' then
    update public.campaign_runs r set status = 'paused' where r.campaign_id = new.id and r.status = 'running';
  elsif new.status = 'active' then
    update public.campaign_runs r set status = 'running', paused_at = null where r.campaign_id = new.id and r.status = 'paused';
  elsif new.status = 'completed' then
    update public.queued_leads q set status = 'cancelled'
    from public.campaign_runs r
    where r.campaign_id = new.id and r.status in ('running', 'paused', 'draining') and q.campaign_run_id = r.id
      and q.status in ('queued', 'scheduled', 'waiting', 'delivered', 'responded');
    update public.campaign_runs r
    set status = case when exists (select from public.queued_leads q where q.campaign_run_id = r.id
                                   and q.status in ('dialing', 'sending', 'connected')) then 'draining' else 'cancelled' end
    where r.campaign_id = new.id and r.status in ('running', 'paused', 'draining');
  end if;
  return null;
end
$$;
create trigger campaigns_3_follow after update of status on public.campaigns
  for each row when (old.status <> new.status) execute function doorstep.campaigns_follow();

-- As the policies of the table see it; for the verbs, which run as the definer.
create function doorstep.campaign_seen(plan public.campaigns) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  asker text := doorstep.my_role();
begin
  return case asker
    when 'sales_rep'     then plan.id = any (doorstep.my_campaign_ids())
    when 'sales_manager' then plan.team_id = any (doorstep.led_team_ids()) or plan.created_by = any (doorstep.led_user_ids())
    else asker is not null
  end;
end
$$;

-- Locks a campaign for a verb: visible (P0002), then one of those who may (42501).
create function doorstep.campaign_for(campaign uuid, may text[]) returns public.campaigns
language plpgsql security definer set search_path = ''
as $$
declare
  plan public.campaigns;
begin
  select c.* into plan from public.campaigns c where c.id = campaign for no key update;
  if not found or not doorstep.campaign_seen(plan) then
    raise exception using errcode = 'P0002', message = 'campaign_not_found', detail = campaign::text;
  elsif not doorstep.my_role() = any (may) then
    perform doorstep.refuse_column('campaigns', 'status');
  end if;
  return plan;
end
$$;

-- A key of a segment filter: the words that it takes, one or several; NULL where it says nothing.
create function doorstep.segment_words(filter jsonb, key text) returns text[]
language sql immutable set search_path = ''
as $$
  select case jsonb_typeof(filter -> key)
    when 'array' then (select coalesce(array_agg(item), '{}') from jsonb_array_elements_text(filter -> key) as item)
    when 'null'  then null
    else array[filter ->> key]
  end
  where filter ? key
$$;

-- The people of a campaign's segment whom the caller sees: all keys of the filter hold, and a value that is not known
-- holds nowhere. Merged and erased people are in no segment.
create function doorstep.campaign_segment(campaign uuid) returns setof uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  asker  constant text := doorstep.my_role();
  plan   public.campaigns;
  f      jsonb;
  teams  uuid[];
  people uuid[];
begin
  select c.* into plan from public.campaigns c where c.id = campaign;
  if not found or not doorstep.campaign_seen(plan) then
    raise exception using errcode = 'P0002', message = 'campaign_not_found', detail = campaign::text;
  elsif asker not in ('sales_manager', 'admin', 'operations', 'compliance_officer') then
    raise exception 'whoever plans no campaign does not see its segment' using errcode = '42501';
  end if;
  f := coalesce(plan.segment_filter, '{}');
  if asker = 'sales_manager' then
    teams := doorstep.led_team_ids();
    people := doorstep.led_user_ids();
  end if;
  return query
  select p.id from public.prospects p
  where p.merged_into_id is null and p.erased_at is null
    and (asker <> 'sales_manager' or p.team_id = any (teams) or p.assigned_to = any (people))
    and (not f ? 'status'            or p.status = any (doorstep.segment_words(f, 'status')))
    and (not f ? 'city'              or p.city_key in (select doorstep.fold(word) from unnest(doorstep.segment_words(f, 'city')) as word))
    and (not f ? 'country'           or p.country = any (doorstep.segment_words(f, 'country')))
    and (not f ? 'region'            or doorstep.fold(p.region) in (select doorstep.fold(word) from unnest(doorstep.segment_words(f, 'region')) as word))
    and (not f ? 'language'          or p.language = any (doorstep.segment_words(f, 'language')))
    and (not f ? 'purpose'           or p.purpose = any (doorstep.segment_words(f, 'purpose')))
    and (not f ? 'source'            or p.source = any (doorstep.segment_words(f, 'source')))
    and (not f ? 'preferred_channel' or p.preferred_channel = any (doorstep.segment_words(f, 'preferred_channel')))
    and (not f ? 'wanted_types'      or p.wanted_types && doorstep.segment_words(f, 'wanted_types'))
    and (not f ? 'budget_currency'   or p.budget_currency = any (doorstep.segment_words(f, 'budget_currency')))
    and (not f ? 'budget_min'        or coalesce(p.budget_max, p.budget_min) >= (f ->> 'budget_min')::numeric)
    and (not f ? 'budget_max'        or coalesce(p.budget_min, p.budget_max) <= (f ->> 'budget_max')::numeric)
    and (not f ? 'timeline_months_max' or p.timeline_months_max <= (f ->> 'timeline_months_max')::integer)
    and (not f ? 'assigned'          or (p.assigned_to is not null) = (f ->> 'assigned')::boolean)
    and (not f ? 'assigned_to'       or p.assigned_to = any (doorstep.segment_words(f, 'assigned_to')::uuid[]))
    and (not f ? 'team_id'           or p.team_id = any (doorstep.segment_words(f, 'team_id')::uuid[]))
    and (not f ? 'created_after'     or p.created_at >= (f ->> 'created_after')::timestamptz)
    and (not f ? 'created_before'    or p.created_at < (f ->> 'created_before')::timestamptz)
    and (not f ? 'last_contact_before' or p.last_contact is null or p.last_contact < (f ->> 'last_contact_before')::timestamptz);
end
$$;

-- Makes the one run of an active campaign and fills its queue from the segment.
create function doorstep.start_campaign(campaign uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  plan  public.campaigns := doorstep.campaign_for(campaign, '{sales_manager,admin,operations}');
  run   uuid;
  leads integer;
begin
  if plan.status not in ('draft', 'active') then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  elsif plan.blocked_at is not null then
    perform doorstep.refuse('DS409', 'campaign_blocked', 'status');
  elsif exists (select from public.campaign_runs r where r.campaign_id = campaign and r.status in ('running', 'paused', 'draining')) then
    perform doorstep.refuse('DS409', 'campaign_running', 'status');
  elsif cardinality(plan.channels) = 0 then
    perform doorstep.refuse('DS422', 'channels_required', 'channels');
  elsif plan.ends_at <= at then
    perform doorstep.refuse('DS422', 'campaign_over', 'ends_at');
  end if;
  perform set_config('request.now', at::text, true);
  update public.campaigns c set status = 'active', version = c.version + 1 where c.id = campaign and c.status = 'draft';
  insert into public.campaign_runs (campaign_id, campaign_name, status, started_by, started_at, script_version, segment_snapshot, policy_snapshot)
  select campaign, plan.name, 'running', auth.uid(), at, plan.script_version,
         jsonb_build_object('segment', plan.segment, 'filter', plan.segment_filter),
         jsonb_build_object('policies', (select coalesce(jsonb_agg(to_jsonb(p) order by p.jurisdiction, p.channel), '[]') from public.contact_policies p),
           'objective_type', plan.objective_type, 'channels', plan.channels, 'channel_order', plan.channel_order,
           'max_attempts_total', plan.max_attempts_total, 'max_attempts_per_channel', plan.max_attempts_per_channel,
           'retry_policy', plan.retry_policy, 'window_start', plan.window_start, 'window_end', plan.window_end,
           'window_days', plan.window_days, 'fallback_timezone', plan.fallback_timezone,
           'disclosure_text_id', plan.disclosure_text_id)
  returning id into run;
  insert into public.queued_leads (campaign_run_id, campaign_id, prospect_id, prospect_name, phone, whatsapp, email)
  select run, campaign, p.id, p.name, p.phone, p.whatsapp, p.email
  from doorstep.campaign_segment(campaign) as chosen join public.prospects p on p.id = chosen
  where p.status not in ('closed', 'lost') and p.restricted_at is null
  on conflict on constraint queued_leads_once_per_run do nothing;
  get diagnostics leads = row_count;
  update public.campaign_runs r set metrics = jsonb_set(r.metrics, '{totalLeads}', to_jsonb(leads)) where r.id = run;
  perform doorstep.audit('campaign.started', 'campaigns', campaign, jsonb_build_object('run', run, 'leads', leads, 'reason', reason));
  return campaign;
end
$$;

create function doorstep.pause_campaign(campaign uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  plan public.campaigns := doorstep.campaign_for(campaign, '{sales_manager,admin,operations,compliance_officer}');
begin
  if plan.status <> 'active' then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  perform set_config('request.now', at::text, true);
  update public.campaigns c set status = 'paused', version = c.version + 1 where c.id = campaign;
  perform doorstep.audit('campaign.paused', 'campaigns', campaign, jsonb_build_object('reason', reason));
  return campaign;
end
$$;

create function doorstep.resume_campaign(campaign uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  plan public.campaigns := doorstep.campaign_for(campaign, '{sales_manager,admin,operations}');
begin
  if plan.status <> 'paused' then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  elsif plan.blocked_at is not null then
    perform doorstep.refuse('DS409', 'campaign_blocked', 'status');
  end if;
  perform set_config('request.now', at::text, true);
  update public.campaigns c set status = 'active', version = c.version + 1 where c.id = campaign;
  perform doorstep.audit('campaign.resumed', 'campaigns', campaign, jsonb_build_object('reason', reason));
  return campaign;
end
$$;

create function doorstep.stop_campaign(campaign uuid, reason text, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  plan public.campaigns := doorstep.campaign_for(campaign, '{sales_manager,admin,operations,compliance_officer}');
begin
  if plan.status <> 'active' then
    perform doorstep.refuse('DS409', 'illegal_status_change', 'status');
  end if;
  perform set_config('request.now', at::text, true);
  update public.campaigns c set status = 'completed', version = c.version + 1 where c.id = campaign;
  perform doorstep.audit('campaign.stopped', 'campaigns', campaign, jsonb_build_object('reason', reason));
  return campaign;
end
$$;

revoke all on function
  doorstep.campaigns_follow(), doorstep.campaign_seen(public.campaigns), doorstep.campaign_for(uuid, text[]),
  doorstep.segment_words(jsonb, text), doorstep.campaign_segment(uuid), doorstep.start_campaign(uuid, text, timestamptz),
  doorstep.pause_campaign(uuid, text, timestamptz), doorstep.resume_campaign(uuid, text, timestamptz),
  doorstep.stop_campaign(uuid, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function doorstep.segment_words(jsonb, text) to doorstep_definer;
grant execute on function
  doorstep.campaign_segment(uuid), doorstep.start_campaign(uuid, text, timestamptz), doorstep.pause_campaign(uuid, text, timestamptz),
  doorstep.resume_campaign(uuid, text, timestamptz), doorstep.stop_campaign(uuid, text, timestamptz)
to authenticated;
alter function doorstep.campaigns_follow()                            owner to doorstep_definer;
alter function doorstep.campaign_seen(public.campaigns)               owner to doorstep_definer;
alter function doorstep.campaign_for(uuid, text[])                    owner to doorstep_definer;
alter function doorstep.campaign_segment(uuid)                        owner to doorstep_definer;
alter function doorstep.start_campaign(uuid, text, timestamptz)       owner to doorstep_definer;
alter function doorstep.pause_campaign(uuid, text, timestamptz)       owner to doorstep_definer;
alter function doorstep.resume_campaign(uuid, text, timestamptz)      owner to doorstep_definer;
alter function doorstep.stop_campaign(uuid, text, timestamptz)        owner to doorstep_definer;
