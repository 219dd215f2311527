-- What uses the enum types and the functions of the schema $1. Views in the schemas $2 are our own.
WITH used AS (
  SELECT 'pg_type'::regclass AS class, unnest(ARRAY[t.oid, t.typarray]) AS object, t.oid, t.typarray
  FROM pg_type t
  WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.typtype = 'e'
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, p.oid, 0::oid
  FROM pg_proc p
  WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND p.prokind = 'f'
)
SELECT DISTINCT u.oid::int8, jsonb_build_object(
  'description', CASE
    WHEN d.classid = 'pg_rewrite'::regclass
    THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
    ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END,
  'table', part.relname,
  'columns', COALESCE((
    SELECT jsonb_agg(a.attname ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = part.oid AND a.attnum > 0 AND (
      d.classid = 'pg_class'::regclass AND a.attnum = d.objsubid
      OR a.attnum = f.adnum
      OR a.attnum = ANY (k.conkey)
      OR a.attnum = ANY (i.indkey::int2[])
      OR i.indexrelid IS NOT NULL AND EXISTS (
        SELECT FROM pg_depend x
        WHERE x.classid = 'pg_class'::regclass AND x.objid = i.indexrelid
          AND x.refclassid = 'pg_class'::regclass AND x.refobjid = part.oid
          AND x.refobjsubid = a.attnum))), '[]'),
  'is_column', COALESCE(d.classid = 'pg_class'::regclass AND d.objsubid > 0 AND part.oid IS NOT NULL
    AND u.object = u.oid, false),
  -- Of a migration of another base schema: a column that comes, an expression of it, or a version's view.
  'is_ours', EXISTS (
      SELECT FROM pg_proc p
      WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid AND p.pronamespace = to_regnamespace('straddle'))
    OR EXISTS (
      SELECT FROM pg_attribute a
      WHERE d.classid = 'pg_class'::regclass AND a.attrelid = d.objid AND a.attnum = d.objsubid
        AND a.attname LIKE '\_straddle\_%')
    OR c.relkind = 'v' AND EXISTS (
      SELECT FROM pg_rewrite w
      JOIN pg_depend x ON x.classid = 'pg_rewrite'::regclass AND x.objid = w.oid
        AND x.refclassid = 'pg_class'::regclass
      JOIN pg_class shown ON shown.oid = x.refobjid AND shown.relkind IN ('r', 'p') AND shown.relname = c.relname
      WHERE w.ev_class = c.oid
        AND starts_with(c.relnamespace::regnamespace::text, shown.relnamespace::regnamespace || '_')))
FROM used u
JOIN pg_depend d ON d.refclassid = u.class AND d.refobjid = u.object AND d.deptype IN ('n', 'a')
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
LEFT JOIN pg_class c ON c.oid = COALESCE(
  r.ev_class, f.adrelid, NULLIF(k.conrelid, 0), i.indrelid,
  CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END)
LEFT JOIN pg_class part ON part.oid = c.oid
  AND part.relkind IN ('r', 'p', 'f') AND NOT part.relispartition
  AND part.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
WHERE (c.oid IS NULL
    OR c.relnamespace <> ALL (SELECT oid FROM pg_namespace WHERE nspname = ANY ($2::text[])))
  -- What a partition has from its table is that table's.
  AND NOT (COALESCE(c.relispartition, false)
    AND EXISTS (
      SELECT FROM pg_class root
      WHERE root.oid = pg_partition_root(c.oid)
        AND root.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))
    AND CASE
      WHEN f.oid IS NOT NULL THEN pg_get_expr(f.adbin, f.adrelid) = (
        SELECT pg_get_expr(ours.adbin, ours.adrelid)
        FROM pg_attrdef ours
        JOIN pg_attribute o ON o.attrelid = ours.adrelid AND o.attnum = ours.adnum
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attname = o.attname
        WHERE ours.adrelid = pg_partition_root(c.oid))
      WHEN k.oid IS NOT NULL THEN k.coninhcount > 0
      WHEN i.indexrelid IS NOT NULL
      THEN (SELECT x.relispartition FROM pg_class x WHERE x.oid = i.indexrelid)
      ELSE d.classid = 'pg_class'::regclass AND d.objsubid > 0 END)
ORDER BY 1, 2
