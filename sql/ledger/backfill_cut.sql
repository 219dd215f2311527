-- A range ends earlier, at $5; what is behind that is another one.
UPDATE straddle.backfills SET end_block = $5
WHERE migration = $1 AND step = $2 AND relation = $3 AND first_block = $4
