-- What the version schema $2 has lost: itself, or views of those in $3 whose table is in the schema $1.
SELECT CASE
    WHEN v.oid IS NULL THEN format('the version''s schema %I is gone', $2::text)
    ELSE format('the view %I.%I is gone', $2::text, shown.name) END
FROM (SELECT pg_catalog.to_regnamespace(quote_ident($2::text)) AS oid) AS v
LEFT JOIN unnest($3::text[]) AS shown (name) ON v.oid IS NOT NULL
WHERE v.oid IS NULL
  OR EXISTS (
    SELECT FROM pg_catalog.pg_class t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = $1 AND t.relname = shown.name AND t.relkind IN ('r', 'p', 'f') AND NOT t.relispartition)
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_class o WHERE o.relnamespace = v.oid AND o.relname = shown.name)
ORDER BY 1
