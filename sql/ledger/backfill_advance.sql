-- Moves the cursor of a backfill, if the migration $1 still belongs to the run $5.
UPDATE straddle.backfills b SET next_block = $3, rows_written = rows_written + $4
FROM straddle.migrations m
WHERE b.migration = $1 AND b.step = $2 AND m.id = $1 AND m.run = $5 AND m.state = 'active'
