
DECLARE
  one record;
BEGIN
  -- What default privileges gave it.
  FOR one IN
    SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC'
      ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(acl.grantee)) END AS role
    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) AS acl
    WHERE c.oid = {to}::pg_catalog.regclass AND acl.grantee <> c.relowner
  LOOP
    EXECUTE pg_catalog.format('REVOKE ALL ON SEQUENCE %s FROM %s', {to}, one.role);
  END LOOP;
  FOR one IN
    SELECT acl.privilege_type AS privilege, CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option,
      CASE acl.grantee WHEN 0 THEN 'PUBLIC'
        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(acl.grantee)) END AS role
    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) AS acl
    WHERE c.oid = {from}::pg_catalog.regclass AND acl.grantee <> c.relowner
    -- One who has it from two may pass it on if one of them says so.
    ORDER BY acl.is_grantable
  LOOP
    EXECUTE pg_catalog.format('GRANT %s ON SEQUENCE %s TO %s%s', one.privilege, {to}, one.role, one.option);
  END LOOP;
  EXECUTE pg_catalog.format('COMMENT ON SEQUENCE %s IS %L', {to},
    pg_catalog.obj_description({from}::pg_catalog.regclass, 'pg_class'));
END
