-- The extensions, with the schemas of their objects, and whether a database with the base schema $1 may lack those.
SELECT e.extname::text, n.nspname::text, n.nspname NOT IN ('pg_catalog', 'public', $1)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY e.oid
