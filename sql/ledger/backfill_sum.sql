-- How far the backfill of a table is, over all of its partitions.
SELECT sum(next_block)::bigint, sum(blocks)::bigint, sum(rows_written)::bigint
FROM straddle.backfills WHERE migration = $1 AND step = $2
HAVING count(*) > 0
