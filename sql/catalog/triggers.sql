-- The users' triggers on the tables of the schema $1, and those that partitions have of their own.
WITH RECURSIVE {member}
SELECT m.relname,
  t.tgname AS name,
  CASE WHEN m.relid <> m.root THEN (
    SELECT jsonb_build_object('schema', n.nspname, 'name', p.relname)
    FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace WHERE p.oid = m.relid) END AS partition,
  COALESCE((
    SELECT jsonb_agg(a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = m.relid AND a.attnum = ANY (t.tgattr::int2[])), '[]') AS columns,
  -- The function and its cost, where the role may alter it.
  CASE WHEN pg_has_role(p.proowner, 'USAGE') THEN p.oid::regprocedure::text END AS function,
  p.procost::text AS cost,
  -- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
  t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AS before_row
FROM member m
-- What a partition has from its parent has a parent.
JOIN pg_trigger t ON t.tgrelid = m.relid AND t.tgparentid = 0
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal
  AND p.pronamespace IS DISTINCT FROM to_regnamespace('straddle')
ORDER BY m.relname COLLATE "C", t.tgname COLLATE "C", m.relid::regclass::text COLLATE "C"
