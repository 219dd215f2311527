-- Functions whose bodies are text and that deal in whole rows of the tables $2 of the schema $1: as triggers of these, or by
-- giving them; which of the two. A comparison (`NEW.* IS DISTINCT FROM OLD.*`) means the same with more columns.
SELECT DISTINCT p.oid::regprocedure::text, c.relname, p.prorettype <> c.reltype
FROM pg_class c
JOIN pg_proc p ON p.prosqlbody IS NULL
JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relname = ANY ($2)
  AND (p.prorettype = c.reltype AND p.prosrc ~ '\*' OR EXISTS (
    SELECT FROM pg_trigger g
    WHERE g.tgfoid = p.oid AND g.tgrelid = c.oid AND NOT g.tgisinternal AND (
      p.prosrc ~* '(\mselect|\mvalues\s*\(|,)\s*\(?\s*(new|old)\s*\)?\s*\.\s*\*'
      OR EXISTS (
        SELECT FROM unnest(ARRAY[g.tgoldtable, g.tgnewtable]) AS rows (name)
        WHERE p.prosrc ~* ('\*\s+from\s+"?' || regexp_replace(name, '([^[:alnum:]_])', '\\\1', 'g') || '"?($|[^[:alnum:]_$])')))))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2
