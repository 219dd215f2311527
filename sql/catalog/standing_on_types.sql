-- What others have put on the types $2 of the version schema $1, and that would keep rollback from dropping them;
-- and what drops it. Columns of the tables that the migration is about are its own, as are those of tables that it
-- makes in the schema $3, the $4.
SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid),
  CASE WHEN c.relkind = 'c' THEN format('DROP TYPE %s', c.oid::regclass)
    WHEN c.oid IS NOT NULL THEN format('ALTER TABLE %s DROP COLUMN %I', c.oid::regclass, a.attname)
    WHEN p.oid IS NOT NULL THEN format('DROP ROUTINE %s', p.oid::regprocedure) END
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray)
  AND d.deptype = 'n'
LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
  AND c.relkind IN ('r', 'p', 'f', 'c') AND d.objsubid > 0
LEFT JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
  AND p.pronamespace IS DISTINCT FROM pg_catalog.to_regnamespace('straddle')
WHERE n.nspname = $1 AND t.typname = ANY ($2::text[]) AND t.typtype = 'e'
  AND (p.oid IS NOT NULL
    OR c.oid IS NOT NULL AND NOT c.relispartition AND a.attname NOT LIKE '\_straddle\_new%'
      AND NOT (s.nspname = $3 AND c.relname = ANY ($4::text[])))
ORDER BY 1
LIMIT 10
