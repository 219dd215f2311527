-- The settings of the throttle of the migration $1 are $2.
INSERT INTO straddle.controls (migration, throttle) VALUES ($1, $2)
ON CONFLICT (migration) DO UPDATE SET throttle = excluded.throttle
