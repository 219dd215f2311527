-- What the run $2 of the migration $1 tells: its pace ($3 rows a second, $4 seconds left), or why it rests
-- ($5). Nobody waits for that to be on disk.
WITH own AS (
  SELECT pg_catalog.set_config('synchronous_commit', 'off', true)
)
INSERT INTO straddle.progress (migration, run, rows_per_second, seconds_left, held, told_at)
SELECT $1, $2, $3, $4, $5, pg_catalog.now() FROM own
ON CONFLICT (migration) DO UPDATE SET run = excluded.run, told_at = excluded.told_at,
  rows_per_second = excluded.rows_per_second, seconds_left = excluded.seconds_left,
  held = excluded.held
