-- What was said about throttling the migration $1.
SELECT paused, throttle FROM straddle.controls WHERE migration = $1
