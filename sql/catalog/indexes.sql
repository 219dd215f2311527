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
  'has_parameters', x.reloptions IS NOT NULL OR x.reltablespace <> 0,
  'replica_identity', i.indisreplident,
  -- Foreign keys from other schemas, and views that group by a primary key.
  'needed_by', COALESCE((
    SELECT jsonb_agg(DISTINCT CASE
      WHEN d.classid = 'pg_rewrite'::regclass
      THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(d.classid, d.objid, 0) END)
    FROM pg_depend d
    LEFT JOIN pg_constraint own ON own.conindid = x.oid AND own.contype IN ('u', 'p', 'x')
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_constraint f ON d.classid = 'pg_constraint'::regclass AND f.oid = d.objid
    WHERE d.deptype = 'n'
      AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = x.oid
        OR d.refclassid = 'pg_constraint'::regclass AND d.refobjid = own.oid)
      AND f.connamespace IS DISTINCT FROM n.oid), '[]'),
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
