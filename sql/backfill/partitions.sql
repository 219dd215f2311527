-- The partitions of the table $1 that hold its rows.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_partition_tree($1::text::regclass) AS tree
JOIN pg_catalog.pg_class c ON c.oid = tree.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE tree.isleaf AND c.relkind = 'r'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
