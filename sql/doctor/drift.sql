-- Where the tables of the schema $1 and the version that applications have differ: something was changed by
-- hand. The version is the last one that was completed.
WITH last AS (
  SELECT version_schema, pg_catalog.to_regnamespace(quote_ident(version_schema))::oid AS oid, column_order
  FROM straddle.migrations WHERE base_schema = $1 AND state = 'completed'
  ORDER BY ended_at DESC, id DESC LIMIT 1
), tables AS (
  SELECT c.oid, c.relname FROM pg_catalog.pg_class c
  WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident($1::text))
    AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
)
SELECT severity, object, what, remedy, NULL FROM (
  SELECT 'error' AS severity, format('view %I.%I', l.version_schema, o.value ->> 'table') AS object,
    'it is gone from the version, though its table is there' AS what,
    'restore it, or `straddle start` a migration: its version has it again' AS remedy
  FROM last l, jsonb_array_elements(l.column_order) AS o
  JOIN tables t ON t.relname = o.value ->> 'table'
  WHERE l.oid IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_class v WHERE v.relnamespace = l.oid AND v.relname = t.relname)
  UNION ALL
  SELECT 'note', format('table %s', t.oid::regclass), format('it is not in the version %I', l.version_schema),
    'the next migration''s version will have it'
  FROM last l, tables t
  WHERE l.oid IS NOT NULL
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(l.column_order) AS o WHERE o.value ->> 'table' = t.relname)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class v WHERE v.relnamespace = l.oid AND v.relname = t.relname)
    AND NOT EXISTS (
      SELECT FROM straddle.migrations m
      WHERE m.state = 'active' AND m.base_schema = $1 AND m.plan -> 'made' ? t.relname)
  UNION ALL
  SELECT 'note', format('column %I of %s', a.attname, t.oid::regclass),
    format('it is not in the version %I', l.version_schema), 'the next migration''s version will have it'
  FROM last l
  CROSS JOIN tables t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_class v ON v.relnamespace = l.oid AND v.relname = t.relname
  WHERE a.attname NOT LIKE '\_straddle\_%' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_attribute w
    WHERE w.attrelid = v.oid AND w.attname = a.attname AND NOT w.attisdropped)
) AS differs
ORDER BY severity, object
