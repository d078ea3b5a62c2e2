-- Whether a campaign's own zone may stand in for a person whose zone nobody knows: a policy's word, no by default.

alter table public.contact_policies add column fallback_timezone_allowed boolean not null default false;
comment on column public.contact_policies.fallback_timezone_allowed is 'Whether a campaign''s fallback_timezone may stand in where the zone of a person is not known.';
