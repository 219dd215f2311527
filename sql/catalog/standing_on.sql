-- What others have put on the columns that start added to the tables $2 of the schema $1, or on the tables $3
-- that it made, and that would keep rollback from dropping them; and what drops it. $4 are the schemas of the
-- versions.
SELECT DISTINCT pg_catalog.pg_describe_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END,
  COALESCE(r.ev_class, d.objid), 0),
  CASE WHEN k.oid IS NOT NULL THEN format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)
    WHEN one.type IN ('view', 'materialized view', 'policy', 'function', 'procedure')
    THEN format('DROP %s %s', upper(one.type), one.identity) END
FROM (
  SELECT d.classid, d.objid, c.oid AS relid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
    AND d.deptype = 'n'
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
  WHERE n.nspname = $1
    AND (c.relname = ANY ($2::text[]) AND a.attname LIKE '\_straddle\_new%' OR c.relname = ANY ($3::text[]))
    AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_proc'::regclass,
      'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_constraint'::regclass)
  -- In one piece, the order of all these joins takes Postgres longer to plan than the rest of a rollback to do.
  OFFSET 0) AS d
LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_catalog.pg_class o ON o.oid = k.conrelid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END,
  COALESCE(r.ev_class, d.objid), 0) AS one
WHERE (r.oid IS NULL OR r.ev_class <> d.relid)
  AND (v.oid IS NULL OR v.relnamespace <> ALL (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($4::text[])))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_proc p
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
      AND p.pronamespace = pg_catalog.to_regnamespace('straddle'))
  -- Foreign keys of tables that the migration is about are its own, and go first; those of partitions go with them.
  AND (k.oid IS NULL OR k.contype = 'f' AND k.conparentid = 0 AND o.relname <> ALL ($2::text[]) AND o.relname <> ALL ($3::text[]))
ORDER BY 1
LIMIT 10
