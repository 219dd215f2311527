-- Indexes that a broken CREATE INDEX or REINDEX CONCURRENTLY has left: they are written, and used by nobody.
-- Those of Straddle's that no migration accounts for are leftovers, and the others are built again by `start`.
SELECT 'warning', format('index %s', i.indexrelid::regclass),
  CASE WHEN p.name IS NOT NULL THEN format('it is invalid: the start of %I was interrupted while it was built', p.name)
    ELSE format('it is invalid: writes to %s keep it up, and nobody reads it', i.indrelid::regclass) END,
  CASE
    WHEN p.name IS NOT NULL THEN '`straddle start` with its file, or `straddle rollback`'
    WHEN c.relname ~ '_cc(new|old)\d*$' THEN format('`DROP INDEX CONCURRENTLY %s`', i.indexrelid::regclass)
    ELSE format('`REINDEX INDEX CONCURRENTLY %1$s`, or `DROP INDEX CONCURRENTLY %1$s`', i.indexrelid::regclass) END,
  NULL
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT name FROM straddle.migrations
  WHERE state = 'active' AND base_schema = n.nspname AND position(c.relname IN plan::text) > 0) AS p ON true
WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index b WHERE b.index_relid = i.indexrelid)
  AND (p.name IS NOT NULL OR c.relname NOT LIKE '\_straddle\_%')
ORDER BY 2
