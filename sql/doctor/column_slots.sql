-- Tables of the schema $1 near the 1600 columns that Postgres ever gives a table: dropped ones count, and each
-- migration of a column takes one.
SELECT CASE WHEN taken >= 1500 THEN 'error' ELSE 'warning' END, format('table %s', relation::regclass),
  format('it has used %s of the 1600 columns that a table can ever have (%s are there): %s', taken, living,
    CASE WHEN taken >= 1500 THEN 'soon none can be added' ELSE 'that is no hurry yet' END),
  'copy it to a new table when there is an occasion: dropped columns are counted for ever',
  NULL
FROM (
  SELECT a.attrelid AS relation, max(a.attnum) AS taken, count(*) FILTER (WHERE NOT a.attisdropped) AS living
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'p') AND a.attnum > 0
  GROUP BY a.attrelid
) AS counted
WHERE taken >= 1000
ORDER BY taken DESC
