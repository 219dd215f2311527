-- Functions whose bodies are text in which both a table and one of its columns occur, of those in $2 and $3, pair by pair, of the
-- schema $1; where the column is NULL, the table alone. A table's trigger functions need not name it. At last, whether a
-- trigger of the schema's calls it that has no search path of its own and names the table without a schema.
WITH asked AS (
  SELECT relname, attname,
    regexp_replace(relname, '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])' AS as_table,
    '(^|[^[:alnum:]_$])' || regexp_replace(attname, '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])' AS as_column
  FROM unnest($2::text[], $3::text[]) AS t (relname, attname)
)
SELECT p.oid::regprocedure::text, t.relname, t.attname,
  p.prosrc ~ ('(^|[^[:alnum:]_$."]|(^|[^.])")' || t.as_table)
    AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE starts_with(setting, 'search_path='))
    AND EXISTS (
      SELECT FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE g.tgfoid = p.oid AND NOT g.tgisinternal
        AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))
FROM asked t
JOIN pg_proc p ON p.prosqlbody IS NULL
  AND strpos(p.prosrc, COALESCE(t.attname, t.relname)) > 0
  AND (t.attname IS NULL OR p.prosrc ~ t.as_column)
JOIN pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('c', 'internal')
WHERE p.pronamespace <> ALL (
    SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'straddle'))
  AND (p.prosrc ~ ('(^|[^[:alnum:]_$])' || t.as_table)
    OR t.attname IS NOT NULL AND EXISTS (
      SELECT FROM pg_trigger g
      WHERE g.tgfoid = p.oid AND g.tgrelid = (
        SELECT oid FROM pg_class
        WHERE relname = t.relname AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3
