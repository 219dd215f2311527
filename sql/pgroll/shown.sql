-- The views of the version schema $2 that are called like tables of the base schema $1, with their columns in
-- order: pgroll shows partitions, too.
SELECT v.relname::text, pg_catalog.array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_catalog.pg_class v
JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = $2 AND v.relkind = 'v' AND EXISTS (
  SELECT FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_namespace b ON b.oid = t.relnamespace
  WHERE b.nspname = $1 AND t.relname = v.relname AND t.relkind IN ('r', 'p', 'f'))
GROUP BY v.relname
ORDER BY v.relname COLLATE "C"
