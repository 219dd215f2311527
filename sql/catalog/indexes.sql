-- The indexes of the tables $2, or else of all, of the schema $1 (indexed_tables.sql), or those that their partitions have by
-- themselves (indexed_partitions.sql), in the order in which they were made. What takes a look elsewhere is asked only
-- of those that can have it.
SELECT c.root,
  c.partition,
  x.relname AS name,
  i.indisunique AS unique,
  -- What follows the table's name; what goes before it is always written like this. Postgres leaves
  -- out the tablespace, which belongs before the predicate.
  concat(
    left(d.rest, length(d.rest) - COALESCE(length(d.predicate), 0)),
    (SELECT format(' TABLESPACE %I', spcname) FROM pg_tablespace s WHERE s.oid = x.reltablespace),
    d.predicate) AS definition,
  read.columns,
  read.plain,
  CASE WHEN i.indnatts > i.indnkeyatts THEN (
    SELECT json_agg(a.attname ORDER BY key.place)
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.number
    WHERE key.place > i.indnkeyatts) END AS included,
  -- What a unique index is of, part by part, and what is equal there.
  CASE WHEN i.indisunique AND am.amname = 'btree' THEN (
    SELECT json_agg(json_build_object(
      'value', pg_get_indexdef(x.oid, k, false),
      -- An index has names as cstring, and a type of a fixed length that is not given one of 1.
      'type_name', format_type(COALESCE(a.atttypid, NULLIF(xa.atttypid, 'cstring'::regtype), oc.opcintype), -1),
      'collation', (
        SELECT format('%I.%I', ln.nspname, l.collname)
        FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace
        WHERE l.oid = i.indcollation[k - 1]),
      'equal', (
        SELECT format('OPERATOR(%I.%s)', p.nspname, o.oprname)
        FROM pg_amop e
        JOIN pg_operator o ON o.oid = e.amopopr
        JOIN pg_namespace p ON p.oid = o.oprnamespace
        WHERE e.amopfamily = oc.opcfamily AND e.amoplefttype = oc.opcintype
          AND e.amoprighttype = oc.opcintype AND e.amopstrategy = 3),
      'hashes', oc.opcintype NOT IN (
          'anyarray'::regtype, 'anyrange'::regtype, 'anymultirange'::regtype, 'record'::regtype)
        AND EXISTS (
          SELECT FROM pg_opclass h
          JOIN pg_am m ON m.oid = h.opcmethod AND m.amname = 'hash'
          JOIN pg_amproc f ON f.amprocfamily = h.opcfamily
            AND f.amproclefttype = h.opcintype AND f.amprocnum = 2
          WHERE h.opcdefault AND h.opcintype = oc.opcintype)) ORDER BY k)
    FROM generate_series(1, i.indnkeyatts) k
    JOIN pg_attribute xa ON xa.attrelid = x.oid AND xa.attnum = k
    JOIN pg_opclass oc ON oc.oid = i.indclass[k - 1]
    LEFT JOIN pg_attribute a
      ON a.attrelid = c.oid AND a.attnum = i.indkey[k - 1] AND a.attnum > 0) END AS keys,
  substr(d.predicate, 1 + length(' WHERE ')) AS predicate,
  CASE WHEN i.indisunique OR i.indisexclusion THEN (
    SELECT k.conname FROM pg_constraint k
    WHERE k.conrelid = c.oid AND k.conindid = x.oid AND k.contype IN ('u', 'p', 'x') LIMIT 1) END AS constraint,
  x.reloptions IS NOT NULL OR x.reltablespace <> 0 AS has_parameters,
  i.indisreplident AS replica_identity,
  -- Foreign keys from other schemas and of a partition's own, and views that group by a primary key.
  CASE WHEN i.indisunique THEN (
    SELECT json_agg(DISTINCT CASE
      WHEN d.classid = 'pg_rewrite'::regclass
      THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
      ELSE pg_describe_object(d.classid, d.objid, 0) END)
    FROM (
      SELECT 'pg_class'::regclass, x.oid
      UNION ALL
      SELECT 'pg_constraint'::regclass, own.oid FROM pg_constraint own
      WHERE own.conrelid = c.oid AND own.conindid = x.oid AND own.contype IN ('u', 'p')
    ) AS needed (class, object)
    JOIN pg_depend d ON d.refclassid = needed.class AND d.refobjid = needed.object
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_constraint f ON d.classid = 'pg_constraint'::regclass AND f.oid = d.objid
    LEFT JOIN pg_class o ON o.oid = f.conrelid
    WHERE d.deptype = 'n'
      -- Those of partitions follow from that of their table, wherever they are.
      AND COALESCE(f.conparentid, 0) = 0
      AND (f.connamespace IS DISTINCT FROM n.oid OR o.relispartition)) END AS needed_by,
  i.indisclustered AS clustered,
  CASE WHEN i.indexprs IS NULL THEN '[]' ELSE COALESCE((
    SELECT json_agg(json_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0), '[]') END AS targets,
  about.description AS comment,
  -- Of a table they are in constraints.sql.
  CASE WHEN c.partition IS NOT NULL THEN (
    SELECT jsonb_build_object(
      'check', CASE k.contype WHEN 'u' THEN 'unique' ELSE 'primary_key' END,
      'deferral', CASE
        WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
        WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END,
      'comment', obj_description(k.oid, 'pg_constraint'))
    FROM pg_constraint k
    WHERE k.conrelid = c.oid AND k.conindid = x.oid AND k.contype IN ('u', 'p')) END AS key
FROM ({tables}) AS c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid AND i.indislive
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am am ON am.oid = x.relam
LEFT JOIN LATERAL (
  SELECT d.description
  FROM pg_description d
  WHERE d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0
  LIMIT 1) AS about ON true
CROSS JOIN LATERAL (SELECT
  substr(pg_get_indexdef(x.oid), 1 + length(format(
    'CREATE %sINDEX %I ON %s%I.%I ',
    CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname,
    CASE WHEN x.relkind = 'I' THEN 'ONLY ' ELSE '' END, n.nspname, c.relname))) AS rest,
  CASE WHEN i.indpred IS NOT NULL THEN ' WHERE ' || pg_get_expr(i.indpred, i.indrelid) END AS predicate
  OFFSET 0) AS d
CROSS JOIN LATERAL (SELECT
    COALESCE(json_agg(a.attname ORDER BY a.attname), '[]') AS columns,
    COALESCE(json_agg(a.attname ORDER BY a.attname) FILTER (WHERE a.attnum = ANY (i.indkey::int2[])), '[]') AS plain
  FROM pg_attribute a
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attnum = ANY (i.indkey::int2[]
    -- What expressions and the predicate read.
    || CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL THEN ARRAY(
      SELECT e.refobjsubid::int2 FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = x.oid
        AND e.refclassid = 'pg_class'::regclass AND e.refobjid = c.oid) END)) AS read
WHERE c.partition IS NULL OR {own}
ORDER BY c.root COLLATE "C", x.oid
