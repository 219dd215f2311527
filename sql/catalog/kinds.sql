-- Which things that many databases, or schemas such as $1, have none of are there.
SELECT
  EXISTS (SELECT FROM pg_partitioned_table) OR EXISTS (SELECT FROM pg_inherits) AS families,
  EXISTS (SELECT FROM pg_publication) AS publications,
  EXISTS (SELECT FROM pg_constraint WHERE contype = 'f') AS foreign_keys,
  EXISTS (SELECT FROM pg_statistic_ext) AS statistics,
  -- Postgres' own have OIDs below that (FirstNormalObjectId in transam.h).
  EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)
    OR EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND ev_type <> '1') AS triggers,
  EXISTS (
    SELECT FROM pg_proc
    WHERE oid >= 16384 AND pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)) AS functions,
  EXISTS (SELECT FROM pg_enum) AS enums,
  getdatabaseencoding()::text AS encoding
