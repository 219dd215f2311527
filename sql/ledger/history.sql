-- Every migration of the base schema $1 that was ever started, oldest first; those that were started as one
-- in their order.
SELECT one AS content, one ->> 'name' AS name, m.name AS last, m.version_schema, m.state, m.phase,
  to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
  to_char(activated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS activated_at,
  to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended_at
FROM straddle.migrations m
CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(
  CASE pg_catalog.jsonb_typeof(content) WHEN 'array' THEN content
    ELSE pg_catalog.jsonb_build_array(content) END
) WITH ORDINALITY AS c (one, number)
WHERE base_schema = $1
ORDER BY m.ended_at NULLS LAST, m.id, number
