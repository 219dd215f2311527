-- What Postgres made of the expression function $1: its parameters, type and body with every name
-- qualified, which parameters occur in the body, the search path that it needs (functions with
-- bodies that are text look up names when they are called), the types whose text it may be made of, and whether it uses
-- anything that a right may be needed for, but for Postgres' own.
-- $2 is the base schema, $3 whether Postgres takes it for immutable.
WITH p AS (SELECT * FROM pg_proc WHERE oid = $1::text::regproc),
used AS (
  SELECT t.*
  FROM p, regexp_matches(p.prosqlbody::text, ':\w*type(?:id)? (\d+)', 'gi') AS m
  JOIN pg_type t ON t.oid = m[1]::oid)
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
  -- To Postgres, a float becomes text in an immutable way, though in which is a setting of the session; and what
  -- is not immutable may make text of anything. A label is the same for everybody.
  CASE WHEN p.prosqlbody::text LIKE '%{COERCEVIAIO %' OR EXISTS (
      SELECT FROM pg_depend d
      LEFT JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
      LEFT JOIN pg_language l ON l.oid = f.prolang
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
        AND (l.lanname NOT IN ('c', 'internal') OR d.refclassid = 'pg_operator'::regclass))
      OR NOT $3 AND EXISTS (SELECT FROM used WHERE typcategory = 'S' OR typname IN ('json', 'jsonb', 'xml'))
    THEN ARRAY(
      SELECT DISTINCT format_type(COALESCE(NULLIF(typbasetype, 0), oid), NULL) FROM used
      WHERE typtype <> 'e' ORDER BY 1)
    ELSE '{}' END,
  EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
      AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_class'::regclass))
FROM p
