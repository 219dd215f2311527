-- What the checks on the column $2 of the table $1 take, and the columns that they read, that one first.
-- Where a check is not valid, rows may violate it.
WITH checks AS (
  SELECT pg_get_expr(conbin, conrelid) AS condition, conkey
  FROM pg_constraint k
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = $2 AND a.attnum = ANY (k.conkey)
  WHERE k.conrelid = $1::text::regclass AND k.contype = 'c' AND k.convalidated
)
SELECT COALESCE((SELECT string_agg(format('(%s)', condition), ' AND ') FROM checks), 'true'),
  a.attname,
  format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a
WHERE a.attrelid = $1::text::regclass
  AND (a.attname = $2 OR a.attnum IN (SELECT unnest(conkey) FROM checks))
ORDER BY a.attname <> $2, a.attnum
