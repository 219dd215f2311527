old: INSERT INTO jobs_of_the_queue VALUES (3, '2026-01-03 00:00Z', 'todo')
new: INSERT INTO jobs_of_the_queue VALUES (4, '2026-01-04', 'todo')
new: UPDATE jobs_of_the_queue SET scheduled_at = '2026-01-05' WHERE id = 2
old: SELECT id, scheduled_at AT TIME ZONE 'utc' FROM jobs_of_the_queue ORDER BY id
new: SELECT * FROM public.told ORDER BY 1
