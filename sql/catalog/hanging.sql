-- Everything that goes with, or blocks, the column $3 of the table $2 in the schema $1; or the
-- table itself, where $3 is NULL; and the same of its partitions. Views in the schemas $4 are our own.
SELECT DISTINCT concat(CASE
    WHEN d.classid = 'pg_rewrite'::regclass
    THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
    ELSE pg_describe_object(d.classid, d.objid, 0) END,
  ': `' || CASE
    WHEN k.contype IS NOT NULL THEN format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)
    WHEN one.type IN ('view', 'materialized view', 'index', 'trigger', 'policy', 'function', 'procedure')
    THEN format('DROP %s %s', upper(one.type), one.identity)
    WHEN one.type = 'statistics object' THEN format('DROP STATISTICS %s', one.identity) END || '`') AS description,
  -- As text, for what Postgres makes of names and texts together are names, of 63 bytes.
  COALESCE(x.relname::text, k.conname, e.stxname, 'value of ' || g.attname, one.type || ' ' || one.identity, '') AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT c.oid AS relid UNION ALL SELECT relid FROM pg_partition_tree(c.oid) WHERE level > 0) m
JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = m.relid
LEFT JOIN pg_attribute a ON a.attrelid = m.relid AND a.attnum = d.refobjsubid AND a.attnum > 0
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class v ON v.oid = r.ev_class
LEFT JOIN pg_class x ON d.classid = 'pg_class'::regclass AND x.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_statistic_ext e ON d.classid = 'pg_statistic_ext'::regclass AND e.oid = d.objid
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_attribute g ON g.attrelid = f.adrelid AND g.attnum = f.adnum
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
CROSS JOIN LATERAL pg_identify_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass END, COALESCE(r.ev_class, d.objid), 0) AS one
WHERE n.nspname = $1 AND c.relname = $2
  AND CASE WHEN $3::text IS NOT NULL THEN a.attname = $3::name
      -- What hangs on a table goes with it, but for what stands outside of it.
      ELSE d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
        OR k.contype = 'f' AND k.conrelid <> m.relid END
  AND (v.oid IS NULL OR v.oid <> m.relid
    AND v.relnamespace <> ALL (SELECT oid FROM pg_namespace WHERE nspname = ANY ($4::text[])))
  -- The functions of our own expressions go first.
  AND NOT EXISTS (
    SELECT FROM pg_proc p
    WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid
      AND p.pronamespace = to_regnamespace('straddle'))
  -- Its own default, sequence and NOT NULL, and our triggers.
  AND (f.oid IS NULL OR f.adnum <> d.refobjsubid)
  AND (x.oid IS NULL OR x.relkind IN ('i', 'I'))
  AND k.contype IS DISTINCT FROM 'n'
  AND NOT EXISTS (
    SELECT FROM pg_proc own
    WHERE own.oid = t.tgfoid AND own.pronamespace = to_regnamespace('straddle'))
  -- What a partition has from its parent goes with that; so do foreign keys to partitions with that to their table.
  AND COALESCE(k.conparentid, 0) = 0
  AND (m.relid = c.oid OR NOT COALESCE(x.relispartition, false)
    AND COALESCE(t.tgparentid, 0) = 0
    AND (k.oid IS NULL OR k.coninhcount = 0))
ORDER BY 1
