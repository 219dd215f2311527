-- What Postgres made of the expression function $1: its parameters, type and body with every name
-- qualified, and which parameters occur in the body.
SELECT pg_get_function_arguments(p.oid),
  pg_get_function_result(p.oid),
  pg_get_function_sqlbody(p.oid),
  ARRAY(
    SELECT DISTINCT m[1]::int
    FROM regexp_matches(p.prosqlbody::text, '\{PARAM :paramkind 0 :paramid (\d+)', 'g') AS m
    ORDER BY 1)
FROM pg_proc p
WHERE p.oid = $1::text::regproc
