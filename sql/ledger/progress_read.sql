-- What the run that owns the migration $1 has told last, unless it has been silent since.
SELECT p.rows_per_second, p.seconds_left, p.held
FROM straddle.progress p JOIN straddle.migrations m ON m.id = p.migration AND m.run = p.run
WHERE p.migration = $1 AND p.told_at > pg_catalog.now() - interval '15 seconds'
