SELECT 'the trigger ' || {trigger} || ' of ' || part.relid::regclass || ' is missing or not enabled ALWAYS'
FROM (
  SELECT {table}::regclass AS relid
  UNION ALL
  SELECT relid FROM pg_catalog.pg_partition_tree({table}::regclass) WHERE level > 0
  -- A table that inherits since the start has no trigger from its parent.
  UNION
  SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = {table}::regclass
) AS part
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger
  WHERE tgrelid = part.relid AND tgname = {trigger} AND tgenabled = 'A'
)
