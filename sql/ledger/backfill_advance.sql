-- Moves the cursor of a backfill, if the migration $1 still belongs to the run $6.
UPDATE straddle.backfills b SET next_block = $4, rows_written = rows_written + $5
FROM straddle.migrations m
WHERE b.migration = $1 AND b.step = $2 AND b.relation = $3
  AND m.id = $1 AND m.run = $6 AND m.state = 'active'
