-- The tables of the schema $1; partitions are reached through their parents.
SELECT jsonb_build_object(
  'name', c.relname,
  'storage', c.relname,
  'kind', CASE c.relkind WHEN 'r' THEN 'ordinary' WHEN 'p' THEN 'partitioned' ELSE 'foreign' END,
  'owner', pg_get_userbyid(c.relowner),
  'row_security', c.relrowsecurity,
  -- Policies that bind the owner, too, hide rows from us.
  'hides_rows', c.relforcerowsecurity AND c.relrowsecurity AND NOT (
    SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
  'inherits', EXISTS (
    SELECT FROM pg_inherits i
    WHERE i.inhrelid = c.oid OR i.inhparent = c.oid AND c.relkind <> 'p'),
  'comment', obj_description(c.oid, 'pg_class'),
  'grants', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(c.relacl) acl), '[]'))
FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
ORDER BY c.relname COLLATE "C"
