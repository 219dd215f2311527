-- The table $1, its file node, its length in blocks and the rows that a block can hold, if it is there.
SELECT oid, pg_catalog.pg_relation_filenode(oid),
  pg_catalog.pg_relation_size(oid) / block.size,
  -- A row takes a line pointer (4 bytes) and a header (24) at the least (manual of 15, section 73.6).
  block.size / 28
FROM pg_catalog.pg_class,
  (SELECT pg_catalog.current_setting('block_size')::bigint) AS block (size)
WHERE oid = pg_catalog.to_regclass($1::text) AND pg_catalog.pg_relation_filenode(oid) IS NOT NULL
