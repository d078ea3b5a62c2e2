-- A lost claim names the winner.
create or replace function doorstep.claim_handoff(handoff uuid, at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  package public.handoff_packages;
begin
  select h.* into package from public.handoff_packages h where h.id = handoff;
  if not found or doorstep.handoff_standing(package) is null then
    raise exception using errcode = 'P0002', message = 'handoff_not_found', detail = handoff::text;
  end if;
  if doorstep.my_role() not in ('sales_rep', 'sales_manager') then
    perform doorstep.refuse_column('handoff_packages', 'claimed_by');
  end if;
  perform set_config('request.now', at::text, true), set_config('request.reason', '', true);
  -- Compare and swap: of a thousand callers one finds it pending.
  update public.handoff_packages h set status = 'claimed', claimed_by = auth.uid(), claimed_at = at
  where h.id = handoff and h.status = 'pending' and (h.expires_at is null or h.expires_at > at);
  if not found then
    select h.* into package from public.handoff_packages h where h.id = handoff;
    if package.status = 'claimed' then
      -- Whoever gets here sees the package, masked or not, and so who has it.
      raise exception using errcode = 'DS409', message = 'already_claimed', detail = handoff::text, hint = package.claimed_by::text;
    end if;
    perform doorstep.refuse('DS409', case package.status when 'completed' then 'already_completed' else 'handoff_expired' end, handoff::text);
  end if;
  return handoff;
end
$$;
