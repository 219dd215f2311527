-- Statements that give the copy $2 of the table $1 what LIKE leaves behind. The indexes of the copy have
-- the names of the original's.
SELECT statement FROM (
  -- LIKE takes every constraint to be valid: the copy is empty.
  SELECT 1 AS place, k.oid, format('ALTER TABLE %1$s DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I %3$s',
    $2::text, k.conname, pg_get_constraintdef(k.oid)) AS statement
  FROM pg_constraint k
  WHERE k.conrelid = $1::text::regclass AND k.contype IN ('c', 'n') AND NOT k.convalidated
    AND pg_get_constraintdef(k.oid) LIKE '% NOT VALID'
  UNION ALL
  SELECT 2, k.oid, format('COMMENT ON CONSTRAINT %I ON %s IS %L',
    k.conname, $2::text, obj_description(k.oid, 'pg_constraint'))
  FROM pg_constraint k
  WHERE k.conrelid = $1::text::regclass AND k.contype IN ('c', 'n', 'u', 'p', 'x')
    AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
  UNION ALL
  SELECT 3, i.indexrelid, format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', $2::text, x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = $1::text::regclass AND i.indisreplident
  UNION ALL
  SELECT 3, i.indexrelid, format('ALTER TABLE %s CLUSTER ON %I', $2::text, x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = $1::text::regclass AND i.indisclustered
  UNION ALL
  -- LIKE makes every sequence one of bigint, with the limits of the other type.
  SELECT 4, s.seqrelid, format('ALTER SEQUENCE %s AS %s',
    pg_get_serial_sequence($2::text, a.attname), format_type(s.seqtypid, NULL))
  FROM pg_attribute a
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
  JOIN pg_sequence s ON s.seqrelid = d.objid
  WHERE a.attrelid = $1::text::regclass AND a.attidentity <> ''
  UNION ALL
  -- LIKE gives them names of its own.
  SELECT 4, e.oid, format('CREATE STATISTICS %I.%I %s ON %s FROM %s',
    n.nspname, e.stxname, (
      SELECT '(' || string_agg(CASE kind
        WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' ELSE 'mcv' END, ', ') || ')'
      FROM unnest(e.stxkind) AS kind WHERE kind <> 'e'),
    pg_get_statisticsobjdef_columns(e.oid), $2::text)
  FROM pg_statistic_ext e
  JOIN pg_class c ON c.oid = $2::text::regclass
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE e.stxrelid = $1::text::regclass) AS forgotten
ORDER BY place, oid
