-- Roles and databases whose search_path names a version of the schema $1 that is gone: applications find the
-- base schema, or nothing.
SELECT 'warning',
  CASE WHEN r.rolname IS NULL THEN format('database %I', d.datname)
    ELSE format('role %I', r.rolname) END,
  format('its search_path names the version %I, which is gone', p.name),
  format('`ALTER %s %s`', CASE
    WHEN r.rolname IS NULL THEN format('DATABASE %I', d.datname)
    WHEN d.datname IS NULL THEN format('ROLE %I', r.rolname)
    ELSE format('ROLE %I IN DATABASE %I', r.rolname, d.datname) END,
    COALESCE((
      SELECT format('SET search_path = %I', version_schema) FROM straddle.migrations
      WHERE base_schema = $1 AND state = 'completed' ORDER BY ended_at DESC, id DESC LIMIT 1),
      'RESET search_path')),
  NULL
FROM pg_catalog.pg_db_role_setting s
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
CROSS JOIN LATERAL unnest(s.setconfig) AS setting
CROSS JOIN LATERAL (
  SELECT trim(both ' "' FROM name) AS name
  FROM unnest(string_to_array(substr(setting, length('search_path=') + 1), ',')) AS name) AS p
WHERE setting LIKE 'search\_path=%' AND (d.datname IS NULL OR d.datname = current_database())
  AND p.name IN (SELECT version_schema FROM straddle.migrations WHERE base_schema = $1)
  AND pg_catalog.to_regnamespace(quote_ident(p.name)) IS NULL
ORDER BY 2
