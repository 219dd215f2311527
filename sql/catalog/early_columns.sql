-- Which of the columns $3 of the tables $2 of the schema $1 are there.
SELECT format('the column %I of %I.%I', t.name, $1::text, t.table_name)
FROM unnest($2::text[], $3::text[]) AS t (table_name, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = $1
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.table_name
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = t.name AND NOT a.attisdropped
ORDER BY 1
