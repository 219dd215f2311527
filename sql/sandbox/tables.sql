-- The tables that both schemas $1 and $2 show, those first that they show differently, each with the
-- columns that a new row needs a value for. A schema shows a table by a view, or has it itself.
WITH shown AS (
  SELECT DISTINCT ON (v.oid) n.nspname, v.oid, v.relname, COALESCE(t.oid, v.oid) AS table_oid
  FROM pg_catalog.pg_class v
  JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
  LEFT JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid AND v.relkind = 'v'
  LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
  LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
  WHERE n.nspname IN ($1, $2)
    AND NOT v.relispartition
    AND CASE v.relkind WHEN 'v' THEN t.oid IS NOT NULL ELSE v.relkind IN ('r', 'p') END
  ORDER BY v.oid, t.oid
),
described AS (
  SELECT s.nspname, s.relname, s.table_oid,
    (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped) AS outline,
    -- The name of the key's one column, where this schema shows it under the table's name for it.
    (SELECT a.attname
     FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     JOIN pg_catalog.pg_attribute here ON here.attrelid = s.oid AND here.attname = a.attname
     WHERE k.conrelid = s.table_oid AND k.contype = 'p' AND cardinality(k.conkey) = 1) AS key,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object(
       'name', a.attname,
       'category', y.typcategory,
       'type_name', y.typname,
       'length', CASE WHEN y.typcategory = 'S' AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
       'label', (SELECT e.enumlabel FROM pg_catalog.pg_enum e
                 WHERE e.enumtypid = y.oid ORDER BY e.enumsortorder LIMIT 1),
       'nullable', COALESCE(NOT b.attnotnull, false),
       'parent', f.parent) ORDER BY a.attnum), '[]')
     FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_attribute b
       ON b.attrelid = s.table_oid AND b.attname = a.attname AND b.attnum > 0
       -- In the new version the name may belong to another column.
       AND (s.oid = s.table_oid OR EXISTS (
         SELECT FROM pg_catalog.pg_rewrite r
         JOIN pg_catalog.pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
         WHERE r.ev_class = s.oid AND d.refobjid = s.table_oid AND d.refobjsubid = b.attnum))
     LEFT JOIN LATERAL (
       SELECT jsonb_build_object('schema', m.nspname, 'table', p.relname, 'column', o.attname) AS parent
       FROM pg_catalog.pg_constraint k
       JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
       JOIN pg_catalog.pg_namespace m ON m.oid = p.relnamespace
       JOIN pg_catalog.pg_attribute o ON o.attrelid = p.oid AND o.attnum = k.confkey[1]
       WHERE k.conrelid = s.table_oid AND k.contype = 'f' AND k.conkey = ARRAY[b.attnum]
       LIMIT 1) f ON true
     WHERE a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND NOT a.atthasdef AND NOT COALESCE(b.atthasdef, false)
       AND COALESCE(a.attidentity, '') = '' AND COALESCE(b.attidentity, '') = '') AS columns
  FROM shown s
)
SELECT jsonb_build_object('name', old.relname, 'key', old.key, 'columns', old.columns),
  jsonb_build_object('name', new.relname, 'key', new.key, 'columns', new.columns)
FROM described old
JOIN described new ON new.table_oid = old.table_oid
WHERE old.nspname = $1 AND new.nspname = $2
ORDER BY (old.relname, old.outline) IS NOT DISTINCT FROM (new.relname, new.outline),
  old.relname COLLATE "C"
