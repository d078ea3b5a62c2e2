-- What waits for somebody is found among what was queued, and not among everything that nobody has.
create index assignments_queued_idx on public.assignments (entity, entity_id, assigned_at desc, id) where outcome = 'queued';
