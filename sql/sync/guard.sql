SELECT CASE
    WHEN tgname IS NULL
    THEN format('the trigger %I of %s is gone: roll back, and start again', {trigger}::name, part.name)
    ELSE format(
      'the trigger %1$I of %2$s is or was disabled, and what was written meanwhile is in one version only: '
        'write that again, then `ALTER TABLE %2$s ENABLE ALWAYS TRIGGER %1$I`', tgname, part.name)
  END
FROM (
  SELECT c.oid AS relid, format('%I.%I', nspname, relname) AS name
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
  WHERE c.oid = {table}::regclass
     OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree({table}::regclass))
     -- A table that inherits since the start has no trigger from its parent.
     OR c.oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = {table}::regclass)
) AS part
LEFT JOIN pg_catalog.pg_trigger ON tgrelid = part.relid AND tgname = {trigger}
WHERE tgenabled IS DISTINCT FROM 'A'
ORDER BY part.name
