-- The functions $2 of the schema $1, and the types of their arguments.
SELECT p.oid::int8, oidvectortypes(p.proargtypes)
FROM pg_catalog.pg_proc p
WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
  AND p.proname = $2
