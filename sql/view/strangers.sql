-- What is in a version schema and is none of its views and types.
SELECT pg_catalog.pg_describe_object(d.classid, d.objid, 0)
FROM pg_catalog.pg_depend d
LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid
WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass
  AND d.refobjid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
  AND (t.typtype IS DISTINCT FROM 'e' OR t.typname NOT IN ({types}))
  AND (c.oid IS NULL OR c.relkind NOT IN ('v', 'm') OR c.relname NOT IN ({views}))
ORDER BY 1
LIMIT 10
