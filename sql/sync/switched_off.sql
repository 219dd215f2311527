-- The triggers $2 of the table $1 and its partitions that do not fire for everybody.
SELECT FROM pg_catalog.pg_trigger
WHERE tgname = $2::text AND tgenabled <> 'A' AND (
  tgrelid = $1::text::regclass
  OR tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree($1::text::regclass)))
