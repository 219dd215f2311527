-- Objects that stand on tables of the schema $1, or on their columns, and keep them from being
-- dropped. Views in the schemas $2 are our own.
SELECT c.relname, jsonb_build_object(
  'description', CASE
    WHEN d.classid = 'pg_rewrite'::regclass AND r.ev_class <> d.refobjid
    THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
    ELSE pg_describe_object(d.classid, d.objid, 0) END,
  'columns', COALESCE(jsonb_agg(DISTINCT a.attname) FILTER (WHERE a.attname IS NOT NULL), '[]'),
  -- A table's own rules, triggers, policies and publications go with it.
  'blocks_table', d.classid = 'pg_proc'::regclass
    OR d.classid = 'pg_rewrite'::regclass AND r.ev_class <> d.refobjid)
FROM pg_class c
JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
  AND d.deptype IN ('n', 'a')
  AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass,
                    'pg_policy'::regclass, 'pg_publication_rel'::regclass)
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class v ON v.oid = r.ev_class
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND (v.oid IS NULL OR v.oid = c.oid
    OR v.relnamespace <> ALL (SELECT oid FROM pg_namespace WHERE nspname = ANY ($2::text[])))
  AND (t.oid IS NULL OR NOT t.tgisinternal AND t.tgname NOT IN ('~straddle_sync', '!straddle_sync'))
  AND (p.oid IS NULL OR p.pronamespace IS DISTINCT FROM to_regnamespace('straddle'))
GROUP BY c.relname, d.classid, d.objid, d.refobjid, r.ev_class
ORDER BY c.relname COLLATE "C", 1
