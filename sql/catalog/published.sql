-- How those of the tables $2, or else of all, of the schema $1 are published that are.
WITH RECURSIVE {tree}, publication AS MATERIALIZED (
  -- Those of updates, with the schemas that they are of (Postgres 15 and later).
  SELECT p.oid, p.pubname, p.puballtables, p.pubviaroot, ARRAY(
    SELECT s.refobjid
    FROM pg_depend d
    JOIN pg_depend s ON s.classid = d.classid AND s.objid = d.objid
      AND s.refclassid = 'pg_namespace'::regclass
    WHERE d.refclassid = 'pg_publication'::regclass AND d.refobjid = p.oid
      AND d.classid = to_regclass('pg_catalog.pg_publication_namespace')) AS schemas
  FROM pg_publication p
  WHERE p.pubupdate)
SELECT c.relname,
  -- A column that these do not have can be added (Postgres 15 and later), but for REPLICA IDENTITY FULL.
  COALESCE((
    SELECT jsonb_agg(p.pubname ORDER BY p.pubname COLLATE "C")
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    WHERE r.prrelid = c.oid AND (p.pubupdate OR p.pubdelete) AND to_jsonb(r) ->> 'prattrs' IS NOT NULL), '[]') AS listed_by,
  -- How its rows, or those of its partitions, are published when they are updated.
  CASE WHEN c.relpersistence = 'p' AND c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM publication)
    THEN COALESCE((
    SELECT jsonb_agg(DISTINCT jsonb_build_object(
      'publication', p.pubname,
      'filter', COALESCE((
        SELECT jsonb_agg(DISTINCT a.attname)
        FROM regexp_matches(own.said ->> 'prqual', ':varattno (\d+)', 'g') AS read (numbers)
        JOIN pg_attribute a ON a.attrelid = own.prrelid AND a.attnum = numbers[1]::int), '[]'),
      'columns', (
        SELECT jsonb_agg(a.attname ORDER BY a.attnum)
        FROM regexp_matches(own.said ->> 'prattrs', '\d+', 'g') AS listed (numbers)
        JOIN pg_attribute a ON a.attrelid = own.prrelid AND a.attnum = numbers[1]::int),
      'full', l.relreplident = 'f',
      'identity', (
        SELECT jsonb_agg(a.attname ORDER BY a.attnum)
        FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = l.oid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = l.oid AND i.indimmediate AND CASE l.relreplident
          WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END)))
    FROM (
      SELECT tree.relid, tree.path FROM tree WHERE tree.root = c.oid AND tree.level > 0
      UNION ALL
      SELECT c.oid, ARRAY[c.oid] WHERE c.relkind = 'r') AS leaf
    JOIN pg_class l ON l.oid = leaf.relid AND l.relkind = 'r'
    CROSS JOIN publication p
    LEFT JOIN LATERAL (
      -- A filter and a list are there from Postgres 15 on.
      SELECT r.prrelid, to_jsonb(r) AS said
      FROM pg_publication_rel r
      WHERE r.prpubid = p.oid AND (r.prrelid = l.oid OR p.pubviaroot AND r.prrelid = ANY (leaf.path))
      ORDER BY array_position(leaf.path, r.prrelid)
      LIMIT 1) AS own ON true
    WHERE p.puballtables
      OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = ANY (leaf.path))
      OR EXISTS (SELECT FROM pg_class a WHERE a.oid = ANY (leaf.path) AND a.relnamespace = ANY (p.schemas))
    ), '[]') ELSE '[]' END AS published
FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
