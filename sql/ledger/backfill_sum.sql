-- How far the backfill of a table is, over all ranges and partitions.
SELECT sum(next_block - first_block)::bigint, sum(end_block - first_block)::bigint,
  sum(rows_written)::bigint
FROM straddle.backfills WHERE migration = $1 AND step = $2
HAVING count(*) > 0
