-- The version of the base schema $1 that was completed last, if its schema is there.
SELECT name, version_schema, column_order, COALESCE(plan -> 'views', '[]') AS views
FROM straddle.migrations
-- In the same query, every plan there ever was would be read to be sorted.
WHERE id = (
  SELECT id FROM straddle.migrations
  WHERE base_schema = $1 AND state = 'completed'
  ORDER BY ended_at DESC, id DESC
  LIMIT 1)
