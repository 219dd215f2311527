-- What stands on the relations of a version schema, and is not in it; and what drops it.
SELECT DISTINCT pg_catalog.pg_describe_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END,
  COALESCE(r.ev_class, d.objid), 0),
  CASE WHEN one.type IN ('view', 'materialized view', 'function', 'procedure')
    THEN pg_catalog.format('DROP %s %s', pg_catalog.upper(one.type), one.identity) END
FROM pg_catalog.pg_class v
JOIN pg_catalog.pg_depend d
  ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = v.oid AND d.deptype = 'n'
LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
CROSS JOIN LATERAL pg_catalog.pg_identify_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END,
  COALESCE(r.ev_class, d.objid), 0) AS one
WHERE v.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema})
  AND c.relnamespace IS DISTINCT FROM v.relnamespace
ORDER BY 1
LIMIT 10
