-- The tables $2, or else all, of the schema $1; partitions are reached through their parents.
WITH RECURSIVE tree AS (
  SELECT c.oid AS root, c.oid AS relid, NULL::oid AS parentrelid, 0 AS level, ARRAY[c.oid] AS path
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    AND c.relkind = 'p'
    AND NOT c.relispartition
    AND ($2::text[] IS NULL OR c.relname = ANY ($2))
  UNION ALL
  -- pg_partition_tree would lock each partition until the end of the transaction.
  SELECT tree.root, i.inhrelid, i.inhparent, tree.level + 1, tree.path || i.inhrelid
  FROM tree
  JOIN pg_inherits i ON i.inhparent = tree.relid
  JOIN pg_class p ON p.oid = i.inhrelid AND p.relispartition
), publication AS MATERIALIZED (
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
SELECT jsonb_build_object(
  'name', c.relname,
  'storage', c.relname,
  'kind', CASE c.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END,
  'owner', pg_get_userbyid(c.relowner),
  'row_security', c.relrowsecurity,
  'typed', c.reloftype <> 0,
  'unlogged', c.relpersistence = 'u',
  'slots', parts.slots,
  -- Policies that bind the owner, too, hide rows from us; those of a partition from the backfill.
  'hides_rows', parts.hide_rows AND NOT (
    SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
  -- What ANALYZE and VACUUM have counted, over all partitions; 0 is often no longer true.
  'rows', parts.counted,
  'inherits', EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
    OR c.relkind <> 'p' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),
  'heirs', CASE WHEN c.relkind <> 'p' THEN COALESCE((
    SELECT jsonb_agg(jsonb_build_object('schema', hn.nspname, 'name', h.relname)
      ORDER BY hn.nspname COLLATE "C", h.relname COLLATE "C")
    FROM pg_inherits i
    JOIN pg_class h ON h.oid = i.inhrelid
    JOIN pg_namespace hn ON hn.oid = h.relnamespace
    WHERE i.inhparent = c.oid), '[]') ELSE '[]' END,
  'comment', obj_description(c.oid, 'pg_class'),
  'replica_identity', CASE c.relreplident
    WHEN 'f' THEN '"full"'::jsonb WHEN 'n' THEN '"nothing"'
    WHEN 'i' THEN COALESCE((
      SELECT jsonb_build_object('index', x.relname)
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND i.indisreplident), '"nothing"')
    ELSE '"default"' END,
  -- Columns in a partition key, plain ones and those of expressions, depend on the table itself.
  'partition_key', CASE WHEN c.relkind = 'p' THEN COALESCE((
    SELECT jsonb_agg(DISTINCT a.attname)
    FROM tree
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = tree.relid
      AND d.refclassid = d.classid AND d.refobjid = d.objid AND d.refobjsubid = 0 AND d.deptype = 'i'
    JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE tree.root = c.oid), '[]')
    ELSE '[]' END,
  'partitions', CASE WHEN c.relkind = 'p' THEN COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
        'table', jsonb_build_object('schema', pn.nspname, 'name', p.relname),
        'parent', jsonb_build_object('schema', qn.nspname, 'name', q.relname),
        'kind', CASE p.relkind
          WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END,
        'indexes', (
          SELECT COALESCE(jsonb_agg(x.relname ORDER BY x.relname COLLATE "C"), '[]')
          FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
          WHERE i.indrelid = p.oid),
        'parts', (
          SELECT COALESCE(jsonb_object_agg(r.relname, x.relname), '{}')
          FROM pg_index i
          JOIN pg_class x ON x.oid = i.indexrelid AND x.relispartition
          JOIN pg_class r ON r.oid = pg_partition_root(x.oid)
          WHERE i.indrelid = p.oid),
        'key', (
          SELECT COALESCE(jsonb_agg(a.attname ORDER BY key.place), '[]')
          FROM pg_partitioned_table t
          CROSS JOIN unnest(t.partattrs::smallint[]) WITH ORDINALITY AS key(number, place)
          LEFT JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = key.number AND key.number <> 0
          WHERE t.partrelid = p.oid))
      ORDER BY tree.level, pn.nspname COLLATE "C", p.relname COLLATE "C")
    FROM tree
    JOIN pg_class p ON p.oid = tree.relid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    JOIN pg_class q ON q.oid = tree.parentrelid JOIN pg_namespace qn ON qn.oid = q.relnamespace
    WHERE tree.root = c.oid AND tree.level > 0), '[]') ELSE '[]' END,
  -- A column that these do not have can be added (Postgres 15 and later), but for REPLICA IDENTITY FULL.
  'listed_by', COALESCE((
    SELECT jsonb_agg(p.pubname ORDER BY p.pubname COLLATE "C")
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    WHERE r.prrelid = c.oid AND (p.pubupdate OR p.pubdelete) AND to_jsonb(r) ->> 'prattrs' IS NOT NULL), '[]'),
  -- How its rows, or those of its partitions, are published when they are updated.
  'published', CASE WHEN c.relpersistence = 'p' AND c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM publication)
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
    ), '[]') ELSE '[]' END,
  'grants', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(c.relacl) acl), '[]'))
FROM pg_class c
CROSS JOIN LATERAL (
  SELECT bool_or(p.relforcerowsecurity AND p.relrowsecurity) AS hide_rows, max(p.relnatts) AS slots,
    CASE WHEN bool_and(p.reltuples >= 0) FILTER (WHERE p.relkind = 'r')
      THEN NULLIF(sum(p.reltuples::float8) FILTER (WHERE p.relkind = 'r')::bigint, 0) END AS counted
  FROM pg_class p
  WHERE p.oid = ANY (CASE WHEN c.relkind = 'p'
    THEN ARRAY(SELECT tree.relid FROM tree WHERE tree.root = c.oid) ELSE ARRAY[c.oid] END)) AS parts
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C"
