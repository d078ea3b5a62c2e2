-- A rep's own rows by what he filters by: without these his list was an intersection of two large sets (4 ms of 200,000).
create index prospects_owner_status_idx on public.prospects (assigned_to, status, created_at desc, id)   where assigned_to is not null;
create index prospects_owner_city_idx   on public.prospects (assigned_to, city_key, created_at desc, id) where assigned_to is not null;
