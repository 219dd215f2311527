-- What partitions of the tables of the schema $1 have of their own that is no object, on all majors, and would not come back
-- with a column.
WITH RECURSIVE {member}
SELECT m.relname,
  concat_ws(' and ',
    CASE WHEN own.value IS NOT NULL AND own.value IS DISTINCT FROM ours.value THEN 'another default' END,
    CASE WHEN a.attnotnull AND NOT b.attnotnull THEN 'a NOT NULL' END,
    CASE WHEN a.attacl IS NOT NULL THEN 'column privileges' END)
    || ' of the partition ' || m.relid::regclass AS description,
  jsonb_build_array(a.attname) AS columns,
  false AS blocks_table,
  false AS is_carried
FROM member m
JOIN pg_attribute a ON a.attrelid = m.relid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_attribute b ON b.attrelid = m.root AND b.attname = a.attname AND NOT b.attisdropped
LEFT JOIN LATERAL (
  SELECT pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END) FROM pg_attrdef d
  WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) AS own (value) ON true
LEFT JOIN LATERAL (
  SELECT pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END) FROM pg_attrdef d
  WHERE d.adrelid = b.attrelid AND d.adnum = b.attnum) AS ours (value) ON true
WHERE m.relid <> m.root
  -- Without a default it has nothing to lose.
  AND (own.value IS NOT NULL AND own.value IS DISTINCT FROM ours.value OR a.attnotnull AND NOT b.attnotnull
    OR a.attacl IS NOT NULL)
ORDER BY 1, 2
