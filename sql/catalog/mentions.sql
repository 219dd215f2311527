-- Functions whose bodies are text in which both a table and one of its columns occur, of those in $2 and $3, pair by pair, of the
-- schema $1. A table's trigger functions need not name it.
SELECT p.oid::regprocedure::text, t.relname::text, t.attname::text
FROM unnest($2::text[], $3::text[]) AS t (relname, attname)
JOIN pg_proc p ON p.prosqlbody IS NULL
  AND strpos(p.prosrc, t.attname) > 0
  AND p.prosrc ~ ('(^|[^[:alnum:]_$])' || regexp_replace(t.attname, '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])')
JOIN pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('c', 'internal')
WHERE p.pronamespace <> ALL (
    SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'straddle'))
  AND (p.prosrc ~ ('(^|[^[:alnum:]_$])' || regexp_replace(t.relname, '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])')
    OR EXISTS (
      SELECT FROM pg_trigger g
      WHERE g.tgfoid = p.oid AND g.tgrelid = (
        SELECT oid FROM pg_class
        WHERE relname = t.relname AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3
