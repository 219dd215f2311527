-- Which of the columns $3 of the tables $2 of the schema $1 are not there, though the table is.
SELECT format('the column %I of %I.%I is gone, or has another name: give it that back, or add one of that name',
  t.name, $1::text, t.table_name)
FROM unnest($2::text[], $3::text[]) AS t (table_name, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = $1
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.table_name
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = c.oid AND a.attname = t.name AND NOT a.attisdropped)
ORDER BY 1
