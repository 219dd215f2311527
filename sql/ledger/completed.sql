-- The names of all completed migrations of the base schema $1, oldest first, with what each replaced.
SELECT one ->> 'name', ARRAY(SELECT pg_catalog.jsonb_array_elements_text(one -> 'replaces'))
FROM straddle.migrations m
CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(
  CASE pg_catalog.jsonb_typeof(content) WHEN 'array' THEN content
    ELSE pg_catalog.jsonb_build_array(content) END
) WITH ORDINALITY AS c (one, number)
WHERE base_schema = $1 AND state = 'completed'
ORDER BY m.ended_at, m.id, number
