-- The backfill of the migration $1 waits for $2, or for nothing.
INSERT INTO straddle.controls (migration, held, held_at) VALUES ($1, $2, clock_timestamp())
ON CONFLICT (migration) DO UPDATE SET held = excluded.held, held_at = excluded.held_at
