-- Who may do what with the schemas $1, with the tables and views in them (of the names $2, or all), and with columns
-- of those; but for their owners. Partitions are reached through their parents.
SELECT nspname::text, relation::text, attribute::text,
  CASE WHEN one.grantee <> 0 THEN pg_catalog.pg_get_userbyid(one.grantee)::text END, one.privilege_type,
  one.is_grantable
FROM (
  SELECT n.nspname, NULL AS relation, NULL AS attribute, n.nspowner AS owner, n.nspacl AS acl
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT n.nspname, c.relname, NULL, c.relowner, c.relacl
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
  WHERE n.nspname = ANY ($1::text[]) AND ($2::text[] IS NULL OR c.relname = ANY ($2::text[]))
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
  UNION ALL
  SELECT n.nspname, c.relname, a.attname, c.relowner, a.attacl
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
  WHERE n.nspname = ANY ($1::text[]) AND ($2::text[] IS NULL OR c.relname = ANY ($2::text[]))
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
) AS held
CROSS JOIN LATERAL pg_catalog.aclexplode(acl) AS one
WHERE one.grantee <> owner
