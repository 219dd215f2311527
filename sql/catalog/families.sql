-- What those of the tables $2, or else of all, of the schema $1 have by them that have partitions, or to do with inheritance.
WITH RECURSIVE {tree}
SELECT c.relname,
  parts.slots AS slots,
  -- Policies that bind the owner, too, hide rows from us; those of a partition from the backfill.
  parts.hide_rows AND NOT (
    SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS hides_rows,
  -- What ANALYZE and VACUUM have counted, over all partitions; 0 is often no longer true.
  parts.counted AS rows,
  EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
    OR c.relkind <> 'p' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS inherits,
  CASE WHEN c.relkind <> 'p' THEN COALESCE((
    SELECT jsonb_agg(jsonb_build_object('schema', hn.nspname, 'name', h.relname)
      ORDER BY hn.nspname COLLATE "C", h.relname COLLATE "C")
    FROM pg_inherits i
    JOIN pg_class h ON h.oid = i.inhrelid
    JOIN pg_namespace hn ON hn.oid = h.relnamespace
    WHERE i.inhparent = c.oid), '[]') ELSE '[]' END AS heirs,
  -- Columns in a partition key, plain ones and those of expressions, depend on the table itself.
  CASE WHEN c.relkind = 'p' THEN COALESCE((
    SELECT jsonb_agg(DISTINCT a.attname)
    FROM tree
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = tree.relid
      AND d.refclassid = d.classid AND d.refobjid = d.objid AND d.refobjsubid = 0 AND d.deptype = 'i'
    JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE tree.root = c.oid), '[]')
    ELSE '[]' END AS partition_key,
  CASE WHEN c.relkind = 'p' THEN COALESCE((
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
          SELECT COALESCE(jsonb_object_agg(r.relname, x.relname), jsonb_build_object())
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
    WHERE tree.root = c.oid AND tree.level > 0), '[]') ELSE '[]' END AS partitions
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
  AND (c.relkind = 'p' OR c.oid IN (SELECT unnest(ARRAY[inhrelid, inhparent]) FROM pg_inherits))
