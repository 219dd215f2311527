-- The table $1, its file node and its length in blocks, if it is there.
SELECT oid, pg_catalog.pg_relation_filenode(oid),
  pg_catalog.pg_relation_size(oid) / pg_catalog.current_setting('block_size')::bigint
FROM pg_catalog.pg_class
WHERE oid = pg_catalog.to_regclass($1::text) AND pg_catalog.pg_relation_filenode(oid) IS NOT NULL
