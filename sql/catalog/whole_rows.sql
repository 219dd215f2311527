-- Functions whose bodies are text and that deal in whole rows of the tables $2 of the schema $1, and how: as triggers of
-- these they put them somewhere or tell of them, otherwise they give them. A comparison (`NEW.* IS DISTINCT FROM OLD.*`)
-- means the same with more columns.
SELECT DISTINCT p.oid::regprocedure::text, c.relname, deal.kind
FROM pg_class c
JOIN pg_proc p ON p.prosqlbody IS NULL
JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
CROSS JOIN LATERAL (
  SELECT 'gives' WHERE p.prorettype = c.reltype AND p.prosrc ~ '\*'
  UNION ALL
  SELECT CASE
    WHEN p.prosrc ~* '(\mselect|\mvalues\s*\(|,)\s*\(?\s*(new|old)\s*\)?\s*\.\s*\*' OR EXISTS (
      SELECT FROM unnest(ARRAY[g.tgoldtable, g.tgnewtable]) AS rows (name)
      WHERE p.prosrc ~* ('\*\s+from\s+"?' || regexp_replace(name, '([^[:alnum:]_])', '\\\1', 'g') || '"?($|[^[:alnum:]_$])'))
    THEN 'puts'
    WHEN p.prosrc ~* '\m(to_jsonb?|row_to_json|hstore)\s*\(\s*(new|old)\s*(\.\s*\*\s*)?[,)]' THEN 'tells' END
  FROM pg_trigger g
  WHERE g.tgfoid = p.oid AND g.tgrelid = c.oid AND NOT g.tgisinternal) AS deal (kind)
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relname = ANY ($2)
  AND deal.kind IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1, 2, 3
