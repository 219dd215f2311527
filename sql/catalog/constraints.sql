-- The constraints of the tables $2, or else of all, of the schema $1, but for foreign keys and NOT NULL.
SELECT c.relname,
  k.conname AS name,
  -- WITHOUT OVERLAPS (Postgres 18) excludes, too.
  CASE
    WHEN k.conexclop IS NOT NULL THEN 'exclude'
    WHEN k.contype = 'c' THEN 'check' WHEN k.contype = 'u' THEN 'unique' ELSE 'primary_key' END AS check,
  regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition,
  pg_get_expr(k.conbin, k.conrelid) AS condition,
  CASE
    WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
    WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END AS deferral,
  COALESCE((
    SELECT json_agg(a.attname ORDER BY place)
    FROM unnest(k.conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number), '[]') AS columns,
  k.convalidated AS valid,
  k.coninhcount > 0 AS inherited,
  about.description AS comment
FROM pg_class c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('c', 'u', 'p', 'x')
LEFT JOIN LATERAL (
  SELECT d.description
  FROM pg_description d
  WHERE d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid AND d.objsubid = 0
  LIMIT 1) AS about ON true
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C", k.oid
