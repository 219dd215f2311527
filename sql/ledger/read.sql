-- The migration of the base schema $1 that is underway or live, or else the one that ended last.
SELECT id, name, checksum, version_schema, previous_schema, plan, state, phase, steps_done, begun, suspect,
  column_order,
  to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
  ARRAY(
    SELECT one ->> 'name' FROM pg_catalog.jsonb_array_elements(
      CASE pg_catalog.jsonb_typeof(content) WHEN 'array' THEN content
        ELSE pg_catalog.jsonb_build_array(content) END
    ) WITH ORDINALITY AS c (one, number) ORDER BY number
  ) AS together
FROM straddle.migrations
WHERE base_schema = $1
ORDER BY state = 'active' DESC, ended_at DESC, id DESC
LIMIT 1
