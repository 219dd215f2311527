member AS (
  -- The tables of the schema $1, each with its partitions and theirs, for which it stands, too.
  SELECT c.relname, c.oid AS root, c.oid AS relid
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    AND c.relkind IN ('r', 'p', 'f')
    AND NOT c.relispartition
  UNION ALL
  -- pg_partition_tree would lock each partition until the end of the transaction.
  SELECT m.relname, m.root, i.inhrelid
  FROM member m
  JOIN pg_inherits i ON i.inhparent = m.relid
  JOIN pg_class p ON p.oid = i.inhrelid AND p.relispartition
)
