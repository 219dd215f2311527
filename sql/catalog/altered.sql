-- Which of the tables $2 of the schema $1 are not what they were: `gone` (under that name, or no table any
-- more), `moved` (what was made on it, of which $3 are the trigger functions, is on another table) or
-- `owned` by somebody else; and the same for people.
SELECT DISTINCT ON (t.name) CASE
    WHEN m.oid IS NOT NULL THEN 'moved'
    WHEN c.oid IS NULL OR c.relkind NOT IN ('r', 'p', 'f') THEN 'gone'
    ELSE 'owned' END,
  CASE
    WHEN m.oid IS NOT NULL
    THEN format('the table %I.%I is %s: what was made on it is on %s', $1::text, t.name,
      CASE WHEN c.oid IS NULL THEN 'gone' ELSE 'another one' END, m.oid::regclass)
    WHEN c.oid IS NULL THEN format('the table %I.%I is gone', $1::text, t.name)
    WHEN c.relkind NOT IN ('r', 'p', 'f') THEN format('%I.%I is no table any more', $1::text, t.name)
    ELSE format('the table %I.%I belongs to %I now, whose rights %I has not', $1::text, t.name,
      pg_catalog.pg_get_userbyid(c.relowner), current_user) END
FROM unnest($2::text[], $3::text[]) AS t (name, function)
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
LEFT JOIN LATERAL (
  SELECT tgrelid AS oid
  FROM pg_catalog.pg_trigger
  WHERE tgfoid = pg_catalog.to_regproc(t.function) AND tgparentid = 0
  UNION ALL
  -- Without a trigger the columns tell.
  SELECT a.attrelid
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class o ON o.oid = a.attrelid
  JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace
  WHERE c.oid IS NULL AND a.attname LIKE '\_straddle\_new%' AND NOT a.attisdropped
    AND o.relkind IN ('r', 'p') AND NOT o.relispartition
    AND NOT (s.nspname = $1 AND o.relname = ANY ($2::text[]))
    AND NOT EXISTS (
      SELECT FROM straddle.migrations
      WHERE state = 'active' AND base_schema = s.nspname AND base_schema <> $1)
) AS m ON m.oid IS DISTINCT FROM c.oid
  AND NOT (c.oid IS NOT NULL AND EXISTS (
    SELECT FROM pg_catalog.pg_trigger own
    WHERE own.tgrelid = c.oid AND own.tgfoid = pg_catalog.to_regproc(t.function)))
WHERE m.oid IS NOT NULL OR c.oid IS NULL OR c.relkind NOT IN ('r', 'p', 'f')
  OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
ORDER BY t.name
