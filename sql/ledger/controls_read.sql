-- What was said about throttling the migration $1. What it waits for is old news where the start has not
-- said so again.
SELECT paused, throttle,
  CASE WHEN held_at > clock_timestamp() - interval '15 seconds' THEN held END AS held
FROM straddle.controls WHERE migration = $1
