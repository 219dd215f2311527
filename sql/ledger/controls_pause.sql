-- Pauses the migration $1, or lets it go on.
INSERT INTO straddle.controls (migration, paused) VALUES ($1, $2)
ON CONFLICT (migration) DO UPDATE SET paused = excluded.paused
