-- What Postgres made of the expression function $1: its parameters, type and body with every name
-- qualified, which parameters occur in the body, and the search path that it needs: functions with
-- bodies that are text look up names when they are called; and whether it uses anything that a right may be needed for, but for
-- Postgres' own. $2 is the base schema.
SELECT pg_get_function_arguments(p.oid),
  pg_get_function_result(p.oid),
  pg_get_function_sqlbody(p.oid),
  ARRAY(
    SELECT DISTINCT m[1]::int
    FROM regexp_matches(p.prosqlbody::text, '\{PARAM :paramkind 0 :paramid (\d+)', 'g') AS m
    ORDER BY 1),
  CASE WHEN EXISTS (
    SELECT FROM pg_depend d
    JOIN pg_proc f ON f.oid = d.refobjid
    JOIN pg_language l ON l.oid = f.prolang
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
      AND l.lanname NOT IN ('c', 'internal') AND f.prosqlbody IS NULL
      AND NOT EXISTS (SELECT FROM unnest(f.proconfig) AS c (setting) WHERE setting LIKE 'search_path=%'))
    THEN ' SET search_path TO ' || quote_ident($2) ELSE '' END,
  EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
      AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_class'::regclass))
FROM pg_proc p
WHERE p.oid = $1::text::regproc
