-- Version schemas of the schema $1 that the ledger has closed, or the last one of which is gone; and views that
-- are missing in it.
SELECT severity, object, what, remedy, NULL FROM (
  SELECT 'warning' AS severity, format('schema %I', m.version_schema) AS object,
    format('the version of %I, which was %s, is still there', m.name, replace(m.state, '_', ' ')) AS what,
    format('see who still uses it, then %s`DROP SCHEMA %I`', (
      SELECT format('`DROP VIEW %s`, ', string_agg(c.oid::regclass::text, ', '))
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident(m.version_schema)) AND c.relkind = 'v'
      HAVING count(*) > 0), m.version_schema) AS remedy
  FROM (SELECT DISTINCT ON (version_schema) * FROM straddle.migrations WHERE base_schema = $1
    ORDER BY version_schema, id DESC) AS m
  WHERE m.state <> 'active' AND pg_catalog.to_regnamespace(quote_ident(m.version_schema)) IS NOT NULL
    AND m.id IS DISTINCT FROM (
      SELECT id FROM straddle.migrations WHERE base_schema = $1 AND state = 'completed'
      ORDER BY ended_at DESC, id DESC LIMIT 1)
  UNION ALL
  SELECT 'warning', format('schema %I', n.nspname),
    'it looks like a version, and the ledger does not know it',
    format('see who uses it, then %s, `DROP SCHEMA %I`', views.drop, n.nspname)
  FROM pg_catalog.pg_namespace n
  CROSS JOIN LATERAL (
    SELECT format('`DROP VIEW %s`', string_agg(c.oid::regclass::text, ', ')) AS drop
    FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid
    HAVING count(*) > 0 AND bool_and(c.relkind = 'v')) AS views
  WHERE starts_with(n.nspname, $1 || '_')
    AND NOT EXISTS (SELECT FROM straddle.migrations m WHERE m.version_schema = n.nspname)
    AND EXISTS (
      SELECT FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
      JOIN pg_catalog.pg_class t ON d.refclassid = 'pg_catalog.pg_class'::regclass AND t.oid = d.refobjid
        AND t.relname = c.relname AND t.relkind IN ('r', 'p')
      WHERE c.relnamespace = n.oid
        AND t.relnamespace = pg_catalog.to_regnamespace(quote_ident($1::text)))
  UNION ALL
  SELECT 'error', format('schema %I', l.version_schema), format('the version of %I is gone', l.name),
    'if applications use it, restore it; the next migration begins without a version before it'
  FROM (SELECT * FROM straddle.migrations WHERE base_schema = $1 AND state = 'completed'
    ORDER BY ended_at DESC, id DESC LIMIT 1) AS l
  WHERE pg_catalog.to_regnamespace(quote_ident(l.version_schema)) IS NULL
) AS versions
ORDER BY severity, object
