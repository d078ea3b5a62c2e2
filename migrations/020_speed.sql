-- What lists and inserts cost at 200,000 prospects. No rule changes here: who sees and who may change what is as before.

-- Text helpers -----------------------------------------------------------------------------------------------------

-- They stand in generated columns and in the index on names. An SQL function is inlined there, which means that its text is
-- parsed again for every INSERT: most of what one cost. plpgsql keeps what it has parsed. Their answers are the same, so
-- no stored value changes.
do $fold$
declare
  home text := (select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'unaccent');
begin
  execute format($create$
    create or replace function doorstep.fold(value text) returns text
    language plpgsql immutable strict parallel safe
    as $f$
    begin
      return pg_catalog.translate(
               pg_catalog.lower(%1$I.unaccent('%1$I.unaccent'::regdictionary, pg_catalog.normalize(value, 'NFKC'))),
               E'\u0623\u0625\u0622\u0671\u0649\u0629\u0624\u0626'
                '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06F0\u06F1\u06F2\u06F3\u06F4\u06F5\u06F6\u06F7\u06F8\u06F9'
                '\u0640\u064B\u064C\u064D\u064E\u064F\u0650\u0651\u0652\u0670',
               E'\u0627\u0627\u0627\u0627\u064A\u0647\u0648\u064A'
                '01234567890123456789');
    end
    $f$
  $create$, home);
end
$fold$;

create or replace function doorstep.words(value text) returns text
language plpgsql immutable strict parallel safe
as $$
begin
  return pg_catalog.btrim(pg_catalog.regexp_replace(doorstep.fold(value), '[[:punct:][:space:][:cntrl:]]+', ' ', 'g'));
end
$$;

create or replace function doorstep.e164(value text) returns text
language plpgsql immutable strict parallel safe
as $$
declare
  number text := pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.translate(value, '٠١٢٣٤٥٦٧٨٩', '0123456789'),
                                             '[\s\u00a0\u2010-\u2015.()\[\]-]', '', 'g'), '^00', '+');
begin
  return case when number ~ '^\+[1-9][0-9]{6,14}$' then number end;
end
$$;

create or replace function doorstep.email_normalized(value text) returns text
language plpgsql immutable strict parallel safe
as $$
begin
  return pg_catalog.lower(pg_catalog.btrim(value));
end
$$;

create or replace function doorstep.mask_phone(value text) returns text
language plpgsql immutable strict parallel safe
as $$
declare
  digits text := pg_catalog.regexp_replace(value, '\D', '', 'g');
begin
  return '***' || case when pg_catalog.length(digits) >= 5 then pg_catalog.right(digits, 2) else '' end;
end
$$;

create or replace function doorstep.mask_email(value text) returns text
language plpgsql immutable strict parallel safe
as $$
begin
  return case when value ~ '.@' then pg_catalog.left(pg_catalog.btrim(value), 1) || '***' || substring(value from '@[^@]*$') else '***' end;
end
$$;

-- The same holds for a definer function in SQL: it is never inlined, and parsed and planned at every call.
create or replace function doorstep.creator_team() returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce(
    (select m.team_id from public.team_members m where m.user_id = (select auth.uid())
     order by m.is_lead desc, m.team_id = doorstep.default_team_id(), m.team_id limit 1),
    doorstep.default_team_id());
end
$$;

-- Indexes ----------------------------------------------------------------------------------------------------------

-- The unique ones leave out who was merged or erased, so a search by address or number cannot use them.
create index prospects_email_idx on public.prospects (email_normalized) where email_normalized is not null;
create index prospects_phone_idx on public.prospects (phone_e164)       where phone_e164 is not null;
-- For the pool by what reps filter it by; few rows are in it, so inserts seldom pay for them.
create index prospects_pool_status_idx on public.prospects (team_id, status, created_at desc, id)
  where assigned_to is null and merged_into_id is null and erased_at is null;
create index prospects_pool_city_idx on public.prospects (team_id, city_key, created_at desc, id)
  where assigned_to is null and merged_into_id is null and erased_at is null;
create index properties_type_offer_idx on public.properties (type, offer, created_at desc, id);
create index handoff_packages_open_status_idx on public.handoff_packages (team_id, status, created_at desc, id)
  where status in ('pending', 'claimed') and offered_to is null;

-- Policies ---------------------------------------------------------------------------------------------------------

-- "The prospect is one of mine" was planned as a hash of every prospect that is, made before the first row came: 0.7 s for
-- a manager of many. OFFSET 0 says the same and has no hashed form, so a page asks for its own 21 prospects by their key.
do $policies$
declare
  own  constant text := 'exists (select from public.prospects p where p.id = %1$I.prospect_id and p.assigned_to = (select auth.uid()) offset 0)';
  team constant text := 'exists (select from public.prospects p where p.id = %1$I.prospect_id and (p.team_id = any ((select doorstep.led_team_ids())::uuid[]) '
                        'or p.assigned_to = any ((select doorstep.led_user_ids())::uuid[])) offset 0)';
  -- table, what else makes a row a rep's, what else makes it a manager's
  kind record;
begin
  for kind in select * from (values
    ('prospect_status_changes', null, null), ('queued_leads', null, null), ('conversations', null, null),
    ('agent_actions', null, null), ('agent_plan_steps', null, null), ('qualification_scores', null, null), ('detected_entities', null, null),
    ('live_conversations', 'controller_user_id = (select auth.uid())', 'controller_user_id = any ((select doorstep.led_user_ids())::uuid[])'),
    ('appointments', 'assigned_rep_id = (select auth.uid())', 'assigned_rep_id = any ((select doorstep.led_user_ids())::uuid[])'),
    ('transcript_messages', 'exists (select from public.live_conversations l where l.id = transcript_messages.live_conversation_id '
                            'and l.controller_user_id = (select auth.uid()))', null),
    ('handoff_packages', 'claimed_by = (select auth.uid())', 'team_id = any ((select doorstep.led_team_ids())::uuid[]) '
                         'or claimed_by = any ((select doorstep.led_user_ids())::uuid[]) or offered_to = any ((select doorstep.led_user_ids())::uuid[])')
  ) as kinds (name, mine, ours)
  loop
    execute format('alter policy sales_rep_select_own on public.%I using ((select doorstep.my_role()) = ''sales_rep'' and (%s%s))',
                   kind.name, coalesce(kind.mine || ' or ', ''), format(own, kind.name));
    execute format('alter policy sales_manager_select_team on public.%I using ((select doorstep.my_role()) = ''sales_manager'' and (%s%s))',
                   kind.name, coalesce(kind.ours || ' or ', ''), format(team, kind.name));
  end loop;
end
$policies$;

-- Pages of the pools -----------------------------------------------------------------------------------------------

-- A view with a security barrier computes and sorts the whole pool before a page is cut from it (21 ms of 200,000, 0.5 s of
-- all packages). These name the rows of one page, newest first, out of an index; the caller reads them through the view, which
-- decides. The words of the statements are fixed; each is planned with its values, since a page is a small part of the pool.
create function doorstep.pooled_prospects(
  team uuid, wanted_status text, wanted_city text, before timestamptz, before_id uuid, most integer) returns setof uuid
language plpgsql stable security definer set search_path = '' rows 21
as $$
begin
  if doorstep.my_role() is distinct from 'sales_rep' or team is null or not team = any (doorstep.my_team_ids()) then
    return;
  end if;
  return query execute format(
    'select p.id from public.prospects p where p.team_id = $1 and p.assigned_to is null and p.merged_into_id is null and p.erased_at is null'
    || case when wanted_status is not null then ' and p.status = $2' else '' end
    || case when wanted_city is not null then ' and p.city_key = $3' else '' end
    || case when before is not null then ' and p.created_at <= $4 and (p.created_at < $4 or p.id > $5)' else '' end
    || ' order by p.created_at desc, p.id limit %s', most)
    using team, wanted_status, doorstep.fold(wanted_city), before, before_id;
end
$$;

-- Without a team: what is offered to the caller himself.
create function doorstep.pooled_handoffs(
  team uuid, wanted_status text, wanted_priority text, before timestamptz, before_id uuid, most integer) returns setof uuid
language plpgsql stable security definer set search_path = '' rows 21
as $$
begin
  if doorstep.my_role() is distinct from 'sales_rep' or not team = any (doorstep.my_team_ids()) then
    return;
  end if;
  return query execute format(
    'select h.id from public.handoff_packages h where h.status in (''pending'', ''claimed'') and h.claimed_by is distinct from $2 '
    'and not exists (select from public.prospects p where p.id = h.prospect_id and p.assigned_to = $2 offset 0)'
    || case when team is null then ' and h.offered_to = $2' else ' and h.offered_to is null and h.team_id = $1' end
    || case when wanted_status is not null then ' and h.status = $3' else '' end
    || case when wanted_priority is not null then ' and h.priority = $4' else '' end
    || case when before is not null then ' and h.created_at <= $5 and (h.created_at < $5 or h.id > $6)' else '' end
    || ' order by h.created_at desc, h.id limit %s', most)
    using team, auth.uid(), wanted_status, wanted_priority, before, before_id;
end
$$;

revoke all on function
  doorstep.pooled_prospects(uuid, text, text, timestamptz, uuid, integer), doorstep.pooled_handoffs(uuid, text, text, timestamptz, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function
  doorstep.pooled_prospects(uuid, text, text, timestamptz, uuid, integer), doorstep.pooled_handoffs(uuid, text, text, timestamptz, uuid, integer)
to authenticated;
alter function doorstep.pooled_prospects(uuid, text, text, timestamptz, uuid, integer) owner to doorstep_definer;
alter function doorstep.pooled_handoffs(uuid, text, text, timestamptz, uuid, integer)  owner to doorstep_definer;
