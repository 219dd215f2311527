SELECT file_node, blocks, next_block, rows_written
FROM straddle.backfills WHERE migration = $1 AND step = $2 AND relation = $3
