-- What is set on the columns $3 of the tables $2 of the schema $1, each with the statement that sets it so. A
-- default that computes the column is none.
SELECT jsonb_build_object(
  'table', c.relname, 'column', a.attname, 'kind', one.kind, 'value', one.value,
  'set', CASE WHEN one.kind = 'comment'
    THEN format('COMMENT ON COLUMN %I.%I.%I IS %s', $1::text, c.relname, a.attname, one.set)
    ELSE format('ALTER TABLE %I.%I ALTER COLUMN %I %s', $1::text, c.relname, a.attname, one.set) END)
FROM unnest($2::text[], $3::text[]) AS t (table_name, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = $1
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.table_name
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = t.name AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''
LEFT JOIN LATERAL pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS of (value) ON true
LEFT JOIN LATERAL (
  SELECT q.*
  FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_sequence q ON q.seqrelid = p.objid
  WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = p.classid AND p.refobjid = c.oid
    AND p.refobjsubid = a.attnum AND p.deptype = 'i') AS q ON true
LEFT JOIN LATERAL pg_catalog.col_description(c.oid, a.attnum) AS said (words) ON true
CROSS JOIN LATERAL (VALUES
  ('default', COALESCE(of.value, 'none'), COALESCE('SET DEFAULT ' || of.value, 'DROP DEFAULT')),
  ('comment', COALESCE(quote_literal(said.words), 'none'), COALESCE(quote_literal(said.words), 'NULL')),
  -- Where its numbers have got to is looked up in `complete`.
  ('identity', CASE WHEN q.seqrelid IS NULL THEN 'none' ELSE
    concat(CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ' (START WITH ', q.seqstart,
      ' INCREMENT BY ', q.seqincrement, ' MINVALUE ', q.seqmin, ' MAXVALUE ', q.seqmax, ' CACHE ', q.seqcache,
      CASE WHEN q.seqcycle THEN ' CYCLE' END, ')') END,
    CASE WHEN q.seqrelid IS NULL THEN 'DROP IDENTITY' ELSE
      concat('SET GENERATED ', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ' SET START WITH ',
        q.seqstart, ' SET INCREMENT BY ', q.seqincrement, ' SET MINVALUE ', q.seqmin, ' SET MAXVALUE ', q.seqmax,
        ' SET CACHE ', q.seqcache, ' SET', CASE WHEN NOT q.seqcycle THEN ' NO' END, ' CYCLE') END),
  ('nullability', CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL' END,
    CASE WHEN a.attnotnull THEN 'SET NOT NULL' ELSE 'DROP NOT NULL' END),
  ('statistics target', COALESCE(a.attstattarget, -1)::text, 'SET STATISTICS ' || COALESCE(a.attstattarget, -1)),
  ('storage',
    CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END,
    'SET STORAGE ' ||
      CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END),
  ('compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END,
    'SET COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END),
  ('options', COALESCE(array_to_string(a.attoptions, ', '), 'none'),
    COALESCE('SET (' || array_to_string(a.attoptions, ', ') || ')', 'RESET (n_distinct, n_distinct_inherited)'))
) AS one (kind, value, set)
ORDER BY c.relname COLLATE "C", a.attnum, one.kind
