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
    SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = leaf.relid AND i.indisunique AND i.indisvalid AND i.indimmediate AND NOT x.relispartition
      AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.oid AND k.conrelid = leaf.relid)
      AND ARRAY[{columns}]::pg_catalog.text[] = (
        SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY key.place)
        FROM unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = leaf.relid AND a.attnum = key.number))
ORDER BY 1
