-- Sync of the migration $1 was seen not to work: `complete` compares the versions' rows.
UPDATE straddle.migrations SET suspect = true WHERE id = $1 AND state = 'active'
