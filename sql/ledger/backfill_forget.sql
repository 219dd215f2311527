-- The ranges of the table $3 are none any more; the table may have been rewritten since.
DELETE FROM straddle.backfills WHERE migration = $1 AND step = $2 AND relation = $3
