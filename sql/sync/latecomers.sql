SELECT format(
  'the trigger %1$I of %2$s came after the start, and changes rows that the sync trigger does not see: '
    '`DROP TRIGGER %1$I ON %2$s`, and create it again after `complete`',
  tgname, format('%I.%I', nspname, relname))
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
-- What a partition has from its parent goes with that.
JOIN pg_catalog.pg_trigger ON tgrelid = c.oid AND NOT tgisinternal AND tgparentid = 0
WHERE (
  c.oid = {table}::regclass
  OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree({table}::regclass)))
  -- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
  AND tgtype & 3 = 3 AND tgtype & 20 <> 0
  AND tgname > {behind}
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_proc own
    WHERE own.oid = tgfoid AND own.pronamespace = pg_catalog.to_regnamespace('straddle'))
ORDER BY 1
