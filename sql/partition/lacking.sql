SELECT pg_catalog.format(
  'the partition %1$s came meanwhile, and has no index that becomes its primary key: '
    '`CREATE UNIQUE INDEX CONCURRENTLY ON %1$s %2$s`', pg_catalog.format('%I.%I', n.nspname, c.relname), {definition})
FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass) AS leaf
JOIN pg_catalog.pg_class c ON c.oid = leaf.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE leaf.isleaf AND leaf.relid <> {table}::pg_catalog.regclass
  -- Where there are no rows, it is made in `complete`.
  AND pg_catalog.pg_relation_size(leaf.relid) > 0
  AND NOT EXISTS (
    SELECT {fit})
ORDER BY 1
