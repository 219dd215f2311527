-- Who may write to the table $1, and lacks a right on something that the expression function $2 uses: it
-- runs with the rights of the role that writes. $3 is the schema of the rehearsal.
WITH written AS (
  SELECT to_regclass($1)::oid AS relid
  UNION
  -- Views with their owner's rights (as a version's are before Postgres 15).
  SELECT v.oid
  FROM pg_depend d
  JOIN pg_rewrite r ON r.oid = d.objid
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid = to_regclass($1)
    AND NOT COALESCE('security_invoker=true' = ANY (v.reloptions), false)
), used AS (
  SELECT refclassid AS classid, refobjid AS objid, refobjsubid AS objsubid
  FROM pg_depend
  WHERE classid = 'pg_proc'::regclass AND objid = $2::text::regproc
  UNION
  SELECT 'pg_proc'::regclass, oprcode, 0
  FROM pg_depend
  JOIN pg_operator o ON refclassid = 'pg_operator'::regclass AND refobjid = o.oid
  WHERE classid = 'pg_proc'::regclass AND objid = $2::text::regproc
)
SELECT DISTINCT r.rolname::text, CASE
    WHEN p.oid IS NOT NULL THEN 'EXECUTE ON FUNCTION ' || p.oid::regprocedure
    WHEN c.relkind = 'S' THEN 'USAGE ON SEQUENCE ' || c.oid::regclass
    ELSE 'SELECT ON ' || c.oid::regclass END
FROM used u
LEFT JOIN pg_proc p ON u.classid = 'pg_proc'::regclass AND p.oid = u.objid
LEFT JOIN pg_class c ON u.classid = 'pg_class'::regclass AND c.oid = u.objid
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND c.relnamespace <> $3::text::regnamespace
-- Predefined roles and groups write by way of their members, each of whom is asked for, with what he has from
-- elsewhere; but for groups that a member has to become, and those with whose rights functions run.
JOIN pg_roles r ON NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%' AND (
  r.rolcanlogin
  OR EXISTS (
    SELECT FROM pg_auth_members m JOIN pg_roles u ON u.oid = m.member
    WHERE m.roleid = r.oid AND NOT u.rolinherit)
  OR EXISTS (SELECT FROM pg_proc f WHERE f.proowner = r.oid AND f.prosecdef))
WHERE CASE
    WHEN p.oid IS NOT NULL THEN NOT has_function_privilege(r.oid, p.oid, 'EXECUTE')
    WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
    WHEN u.objsubid > 0 THEN NOT has_column_privilege(r.oid, c.oid, u.objsubid::int2, 'SELECT')
    WHEN c.oid IS NOT NULL THEN NOT has_any_column_privilege(r.oid, c.oid, 'SELECT')
    ELSE false END
  AND EXISTS (
    SELECT FROM written
    JOIN pg_class w ON w.oid = relid
    WHERE has_schema_privilege(r.oid, w.relnamespace, 'USAGE')
      AND (has_table_privilege(r.oid, relid, 'INSERT, UPDATE')
        OR has_any_column_privilege(r.oid, relid, 'INSERT, UPDATE')))
ORDER BY 1, 2
