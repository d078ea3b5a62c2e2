-- What happened is written by people, by the service key and by the triggers of what they do: the worker only reads it.
revoke insert on public.activities from worker;
drop policy worker_insert on public.activities;
