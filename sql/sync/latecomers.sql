SELECT format(
  'the trigger %I on %s, which came after the start and changes rows that the sync trigger does not see: '
    'roll back, and start again', tgname, tgrelid::regclass)
FROM (
  SELECT {table}::regclass AS relid
  UNION
  SELECT relid FROM pg_catalog.pg_partition_tree({table}::regclass)
) AS part
JOIN pg_catalog.pg_trigger ON tgrelid = relid AND NOT tgisinternal
-- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
WHERE tgtype & 3 = 3 AND tgtype & 20 <> 0
  AND tgname > {behind}
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_proc own
    WHERE own.oid = tgfoid AND own.pronamespace = pg_catalog.to_regnamespace('straddle'))
