-- The users' triggers on the tables of the schema $1.
SELECT c.relname, jsonb_build_object(
  'name', t.tgname,
  'columns', COALESCE((
    SELECT jsonb_agg(a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum = ANY (t.tgattr::int2[])), '[]'),
  -- The function and its cost, where the role may alter it.
  'function', CASE WHEN pg_has_role(p.proowner, 'USAGE') THEN p.oid::regprocedure::text END,
  'cost', p.procost::text,
  -- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
  'before_row', t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0)
FROM pg_class c
JOIN pg_trigger t ON t.tgrelid = c.oid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND NOT t.tgisinternal
  AND t.tgname NOT IN ('~straddle_sync', '!straddle_sync')
ORDER BY c.relname COLLATE "C", t.tgname COLLATE "C"
