-- Where the role may make nothing: if $3, in the database and, if $2, in the schema $1; and what allows it to.
SELECT format('the role %I may not CREATE in the database %I', current_user, current_database()),
  format('GRANT CREATE ON DATABASE %I TO %I', current_database(), current_user)
WHERE $3 AND NOT pg_catalog.has_database_privilege(current_database(), 'CREATE')
UNION ALL
SELECT format('the role %I may not CREATE in the schema %I', current_user, nspname),
  format('GRANT CREATE, USAGE ON SCHEMA %I TO %I', nspname, current_user)
FROM pg_catalog.pg_namespace
WHERE nspname = $1 AND $2 AND NOT pg_catalog.has_schema_privilege(oid, 'CREATE')
UNION ALL
SELECT format('the role %I may not use the schema %I', current_user, nspname),
  format('GRANT USAGE ON SCHEMA %I TO %I', nspname, current_user)
FROM pg_catalog.pg_namespace
WHERE nspname = $1 AND NOT pg_catalog.has_schema_privilege(oid, 'USAGE')
  AND NOT ($2 AND NOT pg_catalog.has_schema_privilege(oid, 'CREATE'))
