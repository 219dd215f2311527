tree AS (
  SELECT c.oid AS root, c.oid AS relid, NULL::oid AS parentrelid, 0 AS level, ARRAY[c.oid] AS path
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    AND c.relkind = 'p'
    AND NOT c.relispartition
    AND ($2::text[] IS NULL OR c.relname = ANY ($2))
  UNION ALL
  -- pg_partition_tree would lock each partition until the end of the transaction.
  SELECT tree.root, i.inhrelid, i.inhparent, tree.level + 1, tree.path || i.inhrelid
  FROM tree
  JOIN pg_inherits i ON i.inhparent = tree.relid
  JOIN pg_class p ON p.oid = i.inhrelid AND p.relispartition
)
