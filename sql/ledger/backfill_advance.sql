-- Moves the cursor of a range, if the migration $1 still belongs to the run $7.
UPDATE straddle.backfills b SET next_block = $5, rows_written = rows_written + $6
FROM straddle.migrations m
WHERE b.migration = $1 AND b.step = $2 AND b.relation = $3 AND b.first_block = $4
  AND m.id = $1 AND m.run = $7 AND m.state = 'active'
