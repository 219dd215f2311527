-- The users' triggers on the tables of the schema $1, and those that partitions have of their own.
SELECT c.relname, jsonb_build_object(
  'name', t.tgname,
  'partition', CASE WHEN m.relid <> c.oid THEN (
    SELECT jsonb_build_object('schema', n.nspname, 'name', p.relname)
    FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace WHERE p.oid = m.relid) END,
  'columns', COALESCE((
    SELECT jsonb_agg(a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = m.relid AND a.attnum = ANY (t.tgattr::int2[])), '[]'),
  -- The function and its cost, where the role may alter it.
  'function', CASE WHEN pg_has_role(p.proowner, 'USAGE') THEN p.oid::regprocedure::text END,
  'cost', p.procost::text,
  -- The bits for a row trigger, for one that fires before, for INSERT and for UPDATE (pg_trigger.h).
  'before_row', t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0)
FROM pg_class c
CROSS JOIN LATERAL (
  SELECT c.oid AS relid UNION ALL SELECT relid FROM pg_partition_tree(c.oid) WHERE level > 0) m
-- What a partition has from its parent has a parent.
JOIN pg_trigger t ON t.tgrelid = m.relid AND t.tgparentid = 0
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND NOT t.tgisinternal
  AND p.pronamespace IS DISTINCT FROM to_regnamespace('straddle')
ORDER BY c.relname COLLATE "C", t.tgname COLLATE "C", m.relid::regclass::text COLLATE "C"
