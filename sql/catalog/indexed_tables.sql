-- The tables $2, or else all, of the schema $1.
SELECT oid, relname, relnamespace, relname AS root, NULL::jsonb AS partition
FROM pg_class
WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND relkind IN ('r', 'p', 'f')
  AND NOT relispartition
  AND ($2::text[] IS NULL OR relname = ANY ($2))
