-- How many sessions of applications run a statement, in all databases.
SELECT '', count(*), NULL::text
FROM pg_catalog.pg_stat_activity
WHERE backend_type = 'client backend' AND state = 'active'
  AND pid <> pg_catalog.pg_backend_pid() AND application_name NOT LIKE 'straddle%'
