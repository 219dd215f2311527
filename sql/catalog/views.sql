-- What the views $2, the users' own, are like in the version schema $1.
SELECT c.relname, jsonb_build_object(
  'owner', pg_get_userbyid(c.relowner),
  'comment', obj_description(c.oid, 'pg_class'),
  'grants', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(c.relacl) acl), '[]'),
  'columns', COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'comment', col_description(c.oid, a.attnum),
      'grants', COALESCE((
        SELECT jsonb_agg(jsonb_build_object(
          'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
          'privilege', acl.privilege_type,
          'grantable', acl.is_grantable))
        FROM aclexplode(a.attacl) acl), '[]')) ORDER BY a.attnum)
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0
      AND (a.attacl IS NOT NULL OR col_description(c.oid, a.attnum) IS NOT NULL)), '[]'),
  'stands_on', COALESCE((
    SELECT jsonb_agg(DISTINCT o.relname)
    FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
    JOIN pg_class o ON o.oid = CASE d.refclassid
      WHEN 'pg_class'::regclass THEN d.refobjid ELSE t.typrelid END
    WHERE r.ev_class = c.oid AND o.oid <> c.oid AND o.relnamespace = c.relnamespace), '[]'))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('v', 'm')
