-- The names of the indexes of the table $1 beside those of its copy $2, which were made in the same
-- order.
SELECT original.relname, copy.relname
FROM (
  SELECT x.relname, row_number() OVER (ORDER BY x.oid) AS place
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = $1::text::regclass AND i.indislive) AS original
JOIN (
  SELECT x.relname, row_number() OVER (ORDER BY x.oid) AS place
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = $2::text::regclass AND i.indislive) AS copy USING (place)
