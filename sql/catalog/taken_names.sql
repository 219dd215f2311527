-- Which names are taken that `complete` gives: of the tables $2 of the schema $1, the columns $4, in the place of the
-- columns $3; or, where no column is given, $4 for the table itself.
SELECT CASE
  WHEN t.from_name IS NOT NULL
  THEN format('the column %1$I of %2$I.%3$I came since the start, and the new version has one of that name: give it '
    'another name, or drop it', t.to_name, $1::text, t.table_name)
  ELSE format('%1$s came since the start, and has the name that the new version has for the table %2$I.%3$I: give it '
    'another name, or drop it', pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, o.oid, 0), $1::text,
    t.table_name) END
FROM unnest($2::text[], $3::text[], $4::text[]) AS t (table_name, from_name, to_name)
JOIN pg_catalog.pg_namespace n ON n.nspname = $1
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = t.table_name
LEFT JOIN pg_catalog.pg_class o ON t.from_name IS NULL AND o.relnamespace = n.oid AND o.relname = t.to_name
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = t.to_name AND NOT a.attisdropped
WHERE CASE WHEN t.from_name IS NULL THEN o.oid IS NOT NULL ELSE a.attnum IS NOT NULL END
ORDER BY 1
