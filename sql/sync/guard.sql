SELECT 'the trigger ' || {trigger} || ' of ' || part.relid::regclass || ' is missing or not enabled ALWAYS'
FROM (
  SELECT {table}::regclass AS relid
  UNION ALL
  SELECT relid FROM pg_catalog.pg_partition_tree({table}::regclass) WHERE level > 0
) AS part
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger
  WHERE tgrelid = part.relid AND tgname = {trigger} AND tgenabled = 'A'
)
