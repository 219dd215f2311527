-- The schema $1 itself, what else is in it, the views that the version schema $2 shows, and what
-- default privileges give away.
SELECT jsonb_build_object(
  'name', n.nspname,
  'server', current_setting('server_version_num')::int / 10000,
  'role', current_user,
  'grants', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    -- Its owner, who need not own the versions' schemas, is in the default, too.
    FROM aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) acl), '[]'),
  'default_grantees', COALESCE((
    SELECT jsonb_agg(DISTINCT CASE
      WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
    FROM pg_default_acl d, aclexplode(d.defaclacl) acl
    WHERE d.defaclnamespace = 0 AND d.defaclobjtype IN ('r', 'n')
      AND d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
      AND acl.grantee <> d.defaclrole), '[]'),
  'default_grants', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM pg_default_acl d, aclexplode(d.defaclacl) acl
    WHERE d.defaclnamespace IN (0, n.oid) AND d.defaclobjtype = 'r'
      AND d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
      AND acl.grantee <> d.defaclrole), '[]'),
  'other_relations', COALESCE((
    SELECT jsonb_agg(c.relname ORDER BY c.relname COLLATE "C") FROM pg_class c
    WHERE c.relnamespace = n.oid
      AND (c.relkind NOT IN ('r', 'p', 'f') OR c.relispartition)), '[]'),
  'no_tables', COALESCE((
    SELECT jsonb_object_agg(c.relname, CASE
      WHEN c.relkind IN ('v', 'm') AND EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      THEN 'a view of an extension'
      WHEN c.relkind = 'v' THEN 'a view'
      WHEN c.relkind = 'm' THEN 'a materialized view'
      WHEN c.relkind = 'S' THEN 'a sequence'
      WHEN c.relkind = 'c' THEN 'a type'
      ELSE 'an index' END)
    FROM pg_class c
    WHERE c.relnamespace = n.oid AND c.relkind IN ('v', 'm', 'S', 'c', 'i', 'I')), '{}'),
  'publishing_all', COALESCE((
    SELECT jsonb_agg(pubname ORDER BY pubname COLLATE "C") FROM pg_publication
    WHERE puballtables AND (pubupdate OR pubdelete)), '[]'),
  'version', (SELECT nspname FROM pg_namespace WHERE nspname = $2),
  'shown', COALESCE((
    SELECT jsonb_agg(c.relname ORDER BY c.relname COLLATE "C")
    FROM pg_class c JOIN pg_namespace v ON v.oid = c.relnamespace
    WHERE v.nspname = $2 AND c.relkind = 'v'), '[]'),
  'tables', '{}'::jsonb,
  'may_silence_triggers', false)
FROM pg_namespace n
WHERE n.nspname = $1
