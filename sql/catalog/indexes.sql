-- The indexes of the tables of the schema $1, in the order in which they were made.
SELECT c.relname, jsonb_build_object(
  'name', x.relname,
  'unique', i.indisunique,
  -- What follows the table's name; what goes before it is always written like this. Postgres leaves
  -- out the tablespace, which belongs before the predicate.
  'definition', concat(
    left(d.rest, length(d.rest) - COALESCE(length(d.predicate), 0)),
    (SELECT format(' TABLESPACE %I', spcname) FROM pg_tablespace s WHERE s.oid = x.reltablespace),
    d.predicate),
  'columns', COALESCE((
    SELECT jsonb_agg(DISTINCT a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND (
      a.attnum = ANY (i.indkey::int2[])
      OR EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = x.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
          AND d.refobjsubid = a.attnum))), '[]'),
  'plain', COALESCE((
    SELECT jsonb_agg(DISTINCT a.attname)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attnum = ANY (i.indkey::int2[])), '[]'),
  'constraint', (
    SELECT k.conname FROM pg_constraint k
    WHERE k.conindid = x.oid AND k.contype IN ('u', 'p', 'x') LIMIT 1),
  'replica_identity', i.indisreplident,
  'clustered', i.indisclustered,
  'targets', COALESCE((
    SELECT jsonb_agg(jsonb_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0), '[]'),
  'comment', obj_description(x.oid, 'pg_class'))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid AND i.indislive
JOIN pg_class x ON x.oid = i.indexrelid
CROSS JOIN LATERAL (SELECT
  substr(pg_get_indexdef(x.oid), 1 + length(format(
    'CREATE %sINDEX %I ON %s%I.%I ',
    CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname,
    CASE WHEN x.relkind = 'I' THEN 'ONLY ' ELSE '' END, n.nspname, c.relname))) AS rest,
  ' WHERE ' || pg_get_expr(i.indpred, i.indrelid) AS predicate) AS d
WHERE n.nspname = $1
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
ORDER BY c.relname COLLATE "C", x.oid
