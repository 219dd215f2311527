-- The tables $2, or else all, of the schema $1, each as it is by itself: what it has by partitions, by inheritance and by
-- publications is in families.sql and published.sql. Partitions are reached through their parents.
SELECT c.relname,
  c.relname AS name,
  c.relname AS storage,
  CASE c.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END AS kind,
  pg_get_userbyid(c.relowner) AS owner,
  c.relrowsecurity AS row_security,
  c.reloftype <> 0 AS typed,
  c.relpersistence = 'u' AS unlogged,
  c.relnatts AS slots,
  -- Policies that bind the owner, too, hide rows from us.
  c.relforcerowsecurity AND c.relrowsecurity AND NOT (
    SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS hides_rows,
  -- What ANALYZE and VACUUM have counted; 0 is often no longer true.
  CASE WHEN c.relkind = 'r' AND c.reltuples >= 0 THEN NULLIF(c.reltuples::bigint, 0) END AS rows,
  false AS inherits,
  obj_description(c.oid, 'pg_class') AS comment,
  CASE c.relreplident
    WHEN 'f' THEN '"full"'::jsonb WHEN 'n' THEN '"nothing"'
    WHEN 'i' THEN COALESCE((
      SELECT jsonb_build_object('index', x.relname)
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND i.indisreplident), '"nothing"')
    ELSE '"default"' END AS replica_identity,
  COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(c.relacl) acl), '[]') AS grants
FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C"
