-- The enum types of the schema $1.
SELECT t.oid::int8, jsonb_build_object(
  'name', t.typname,
  'values', COALESCE((
    SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_enum e WHERE e.enumtypid = t.oid), '[]'),
  'owner', pg_get_userbyid(t.typowner),
  'comment', obj_description(t.oid, 'pg_type'),
  'grants', CASE WHEN t.typacl IS NOT NULL THEN COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(t.typacl) acl), '[]') END)
FROM pg_type t
WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND t.typtype = 'e'
ORDER BY t.typname COLLATE "C"
