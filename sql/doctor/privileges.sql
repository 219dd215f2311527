-- What the role lacks that a migration of the schema $1 needs.
SELECT severity, object, what, remedy, NULL FROM (
  SELECT 'error' AS severity, format('schema %I', $1::text) AS object,
    'the role may not CREATE in it' AS what,
    format('`GRANT CREATE, USAGE ON SCHEMA %I TO %I`', $1::text, current_user) AS remedy
  WHERE NOT pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace(quote_ident($1::text))::oid, 'CREATE')
    OR NOT pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace(quote_ident($1::text))::oid, 'USAGE')
  UNION ALL
  SELECT 'error', format('database %I', current_database()), 'the role may not CREATE schemas in it',
    format('`GRANT CREATE ON DATABASE %I TO %I`', current_database(), current_user)
  WHERE NOT pg_catalog.has_database_privilege(current_database(), 'CREATE')
  UNION ALL
  SELECT 'warning', format('%s of %I', CASE count(*) WHEN 1 THEN 'table ' || min(relname) ELSE format('%s tables', count(*)) END, r.rolname),
    format('the role has not the rights of the owner %I: such a table cannot be migrated (%s)', r.rolname,
      left(string_agg(relname, ', ' ORDER BY relname), 100)),
    -- Nobody is told to hand out a superuser's rights.
    CASE WHEN r.rolsuper
      THEN string_agg(format('`ALTER TABLE %s OWNER TO %I`', c.oid::regclass, current_user), ', ' ORDER BY relname)
      ELSE format('`GRANT %I TO %I`', r.rolname, current_user) END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
  WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'p')
    AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
  GROUP BY r.rolname, r.rolsuper
  UNION ALL
  SELECT 'error', format('table straddle.%I', c.relname), 'the ledger is there, and the role may not write to it',
    CASE WHEN r.rolsuper
      THEN (SELECT format('`ALTER SCHEMA straddle OWNER TO %I`, ', current_user)
          || string_agg(format('`ALTER TABLE %s OWNER TO %I`', t.oid::regclass, current_user), ', ' ORDER BY t.relname)
        FROM pg_catalog.pg_class t WHERE t.relnamespace = c.relnamespace AND t.relkind = 'r')
      ELSE format('`GRANT %I TO %I`', r.rolname, current_user) END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
  WHERE c.relnamespace = pg_catalog.to_regnamespace('straddle') AND c.relname = 'migrations'
    AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
  UNION ALL
  SELECT 'note', format('role %I', current_user),
    'the role sees neither what sessions of others do nor how far replicas are',
    format('`GRANT pg_monitor TO %I`', current_user)
  WHERE NOT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
  UNION ALL
  SELECT 'note', format('role %I', current_user),
    'the role may not set session_replication_role: triggers of yours would fire for rows that a backfill writes',
    CASE WHEN current_setting('server_version_num')::integer >= 150000
      THEN format('`GRANT SET ON PARAMETER session_replication_role TO %I`', current_user)
      ELSE 'only a superuser may, before Postgres 15; such a start is refused, or --allow-triggers' END
  WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
    AND NOT $2::boolean
) AS lacks
ORDER BY severity, object
