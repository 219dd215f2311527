-- Objects that stand on tables of the schema $1, or on their columns, and keep them from being
-- dropped. Views in the schemas $2 are our own.
WITH RECURSIVE {member},
ours AS (
  SELECT r.oid FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class
  WHERE v.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = ANY ($2::text[]))),
held AS (
  -- Columns that hold rows of the table: of its own type, or of arrays, domains, ranges and composite types of that.
  SELECT c.oid AS root, c.relname, c.reltype AS type, NULL::oid AS relid, NULL::int AS number
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    AND c.relkind IN ('r', 'p', 'f')
    AND NOT c.relispartition
  UNION
  SELECT h.root, h.relname,
    CASE WHEN o.oid IS NULL THEN d.objid WHEN o.relkind = 'c' THEN o.reltype END,
    CASE WHEN o.relkind <> 'c' THEN o.oid END,
    CASE WHEN o.relkind <> 'c' THEN d.objsubid END
  FROM held h
  JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = h.type
  LEFT JOIN pg_class o ON d.classid = 'pg_class'::regclass AND o.oid = d.objid AND d.objsubid > 0
    AND o.relkind IN ('c', 'r', 'p', 'f')
  WHERE o.oid IS NOT NULL OR d.classid = 'pg_type'::regclass)
SELECT m.relname,
  CASE
    WHEN d.classid = 'pg_rewrite'::regclass AND r.ev_class <> d.refobjid
    THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
    ELSE pg_describe_object(d.classid, d.objid, 0) END COLLATE "C" AS description,
  COALESCE(jsonb_agg(DISTINCT a.attname) FILTER (WHERE a.attname IS NOT NULL), '[]') AS columns,
  -- A table's own rules, triggers, policies and publications go with it.
  d.classid = 'pg_proc'::regclass OR COALESCE(bool_or(k.conrelid <> m.relid), false)
    OR d.classid = 'pg_rewrite'::regclass AND r.ev_class <> d.refobjid AS blocks_table,
  -- As catalog/carried.sql finds it.
  bool_and(COALESCE(m.relid = m.root AND (
    v.relkind = 'v'
    OR p.prosqlbody IS NOT NULL AND p.prokind IN ('f', 'p')
    OR t.tgrelid = m.relid
    OR EXISTS (
      SELECT FROM pg_policy y
      WHERE d.classid = 'pg_policy'::regclass AND y.oid = d.objid AND y.polrelid = m.relid)
    OR d.classid = 'pg_publication_rel'::regclass), false)) AS is_carried
FROM member m
JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = m.relid
  AND d.deptype IN ('n', 'a')
  AND (d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass,
                     'pg_policy'::regclass, 'pg_publication_rel'::regclass)
    OR m.relid = m.root AND d.classid = 'pg_constraint'::regclass
    -- What only a partition has would go with its column, and would not come back.
    OR m.relid <> m.root AND d.classid IN (
      'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_statistic_ext'::regclass))
  AND NOT (d.classid = 'pg_rewrite'::regclass AND d.objid IN (SELECT oid FROM ours))
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class v ON v.oid = r.ev_class
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
LEFT JOIN pg_class x ON d.classid = 'pg_class'::regclass AND x.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_attribute a ON a.attrelid = m.relid AND a.attnum = d.refobjsubid AND a.attnum > 0
WHERE (t.oid IS NULL OR NOT t.tgisinternal AND t.tgparentid = 0 AND NOT EXISTS (
    SELECT FROM pg_proc own
    WHERE own.oid = t.tgfoid AND own.pronamespace = to_regnamespace('straddle')))
  AND (p.oid IS NULL OR p.pronamespace IS DISTINCT FROM to_regnamespace('straddle'))
  AND (x.oid IS NULL OR x.relkind IN ('i', 'I') AND (NOT x.relispartition OR EXISTS (
    SELECT FROM pg_index i
    WHERE i.indexrelid = x.oid AND (i.indisreplident OR i.indisclustered))))
  AND (k.oid IS NULL
    OR m.relid <> m.root AND k.conrelid = m.relid AND k.coninhcount = 0 AND k.contype <> 'n'
    -- Foreign keys of other schemas: those of this one are known by their tables.
    OR m.relid = m.root AND k.conrelid <> m.relid AND k.contype = 'f' AND k.conparentid = 0
      AND k.connamespace <> (SELECT oid FROM pg_namespace WHERE nspname = $1)
    -- Those that refer to a partition by itself.
    OR m.relid <> m.root AND k.confrelid = m.relid AND k.contype = 'f' AND k.conparentid = 0)
  -- As catalog/indexed_partitions.sql finds it, to be made again.
  AND (m.relid = m.root OR NOT EXISTS (
    SELECT FROM (SELECT CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid
      WHEN k.contype IN ('u', 'p') AND k.conrelid = m.relid THEN k.conindid END) AS one (oid)
    JOIN pg_index i ON i.indexrelid = one.oid
    JOIN pg_class x ON x.oid = one.oid
    WHERE {own}))
GROUP BY m.relname, d.classid, d.objid, d.refobjid, r.ev_class
UNION ALL
SELECT h.relname,
  pg_describe_object('pg_class'::regclass, h.relid, h.number) || ', which holds rows of its table,',
  (
    SELECT jsonb_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = h.root AND a.attnum > 0 AND NOT a.attisdropped),
  true,
  false
FROM held h
WHERE h.relid IS NOT NULL
ORDER BY 1, 2, 3
