-- A new run owns the migration $1; the batches of an older one stop.
UPDATE straddle.migrations SET run = $2 WHERE id = $1 AND state = 'active'
