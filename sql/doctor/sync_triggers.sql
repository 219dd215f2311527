-- Triggers of a migration under way in the schema $1 that do not fire for everybody.
SELECT 'error', format('trigger %I on %s', t.tgname, t.tgrelid::regclass),
  'it is disabled, or does not fire for replicated rows: writes reach one version only',
  '`straddle repair`: it is enabled, and the rows of both versions are compared',
  format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.tgrelid::regclass, t.tgname)
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname ~ '^[~!]straddle' AND t.tgenabled <> 'A'
  AND p.pronamespace = pg_catalog.to_regnamespace('straddle')
  AND EXISTS (
    SELECT FROM straddle.migrations m
    WHERE m.state = 'active' AND m.base_schema = $1 AND position(p.proname IN m.plan::text) > 0)
ORDER BY 2
