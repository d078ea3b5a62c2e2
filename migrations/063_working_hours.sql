-- When a team works: deadlines of its packages are counted in its hours, in its zone, without its holidays. What a team does
-- not say, the nearest team above it says; at the top every hour is one, and the zone is the organisation's.

alter table public.teams
  add column working_hours jsonb not null default '{}' constraint teams_working_hours check (jsonb_typeof(working_hours) = 'object'),
  add column timezone      text constraint teams_timezone check (doorstep.is_timezone(timezone)),
  add column holidays      date[] not null default '{}' constraint teams_holidays check (array_position(holidays, null) is null);
comment on column public.teams.working_hours is 'As users.working_hours, in the team''s zone.';
comment on column public.teams.holidays is 'Days without hours, beside those of the teams above.';
