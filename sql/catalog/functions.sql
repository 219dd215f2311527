-- The functions of the schema $1 that belong to no extension.
SELECT p.oid::int8, jsonb_build_object(
  'name', p.proname,
  'arguments', oidvectortypes(p.proargtypes),
  'description', pg_describe_object('pg_proc'::regclass, p.oid, 0))
FROM pg_proc p
WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND p.prokind = 'f'
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.proname COLLATE "C", 2
