SELECT format(
  'the trigger %I on %s, which came after the start and changes rows that the sync trigger does not see: '
    'roll back, and start again', tgname, tgrelid::regclass)
FROM pg_catalog.pg_trigger
WHERE tgrelid = {table}::regclass AND NOT tgisinternal
  -- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
  AND tgtype & 3 = 3 AND tgtype & 20 <> 0
  AND tgname NOT IN ({own}) AND tgname > {behind}
