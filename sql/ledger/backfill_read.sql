-- The ranges of a backfill, in order.
SELECT relation, file_node, first_block, end_block, next_block, rows_written
FROM straddle.backfills WHERE migration = $1 AND step = $2
ORDER BY relation, first_block
