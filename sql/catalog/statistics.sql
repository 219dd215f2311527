-- The extended statistics of the tables $2, or else of all, of the schema $1.
SELECT c.relname,
  jsonb_build_object('schema', n.nspname, 'name', e.stxname) AS name,
  concat(
    -- Those of a single expression have no kinds; of others, all are named.
    '(' || (
      SELECT string_agg(CASE kind
        WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' ELSE 'mcv' END, ', ' ORDER BY kind)
      FROM unnest(e.stxkind) AS kind WHERE kind <> 'e') || ') ',
    'ON ', pg_get_statisticsobjdef_columns(e.oid)) AS definition,
  COALESCE((
    SELECT jsonb_agg(a.attname ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND (
      a.attnum = ANY (e.stxkeys::int2[])
      OR EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_statistic_ext'::regclass AND d.objid = e.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
          AND d.refobjsubid = a.attnum))), '[]') AS columns,
  NULLIF(e.stxstattarget, -1) AS target,
  obj_description(e.oid, 'pg_statistic_ext') AS comment
FROM pg_class c
JOIN pg_statistic_ext e ON e.stxrelid = c.oid
JOIN pg_namespace n ON n.oid = e.stxnamespace
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C", e.oid
