-- Transactions older than $1 seconds in this database, which whoever needs a strong lock, or builds an index
-- CONCURRENTLY, may have to wait for.
SELECT severity, object, what, remedy, NULL FROM (
  SELECT 'warning' AS severity, format('pid %s', a.pid) AS object,
    format('%s, %s: its transaction is open since %s%s', a.usename,
      COALESCE(NULLIF(a.application_name, ''), a.backend_type), to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS'),
      CASE WHEN a.state LIKE 'idle in%' THEN ', and it is idle' ELSE
        COALESCE(': ' || left(regexp_replace(a.query, '\s+', ' ', 'g'), 80), '') END) AS what,
    format('wait, or `SELECT pg_terminate_backend(%s)`', a.pid) AS remedy
  FROM pg_catalog.pg_stat_activity a
  WHERE a.datname = current_database() AND a.pid <> pg_catalog.pg_backend_pid()
    AND a.backend_type IN ('client backend', 'background worker')
    AND a.application_name NOT LIKE 'straddle%'
    AND a.xact_start < clock_timestamp() - make_interval(secs => $1::float8)
  UNION ALL
  SELECT 'warning', format('prepared transaction %L', p.gid),
    format('%s has prepared it at %s, and it holds its locks until somebody ends it', p.owner,
      to_char(p.prepared, 'YYYY-MM-DD HH24:MI:SS')),
    format('`COMMIT PREPARED %1$L`, or `ROLLBACK PREPARED %1$L`', p.gid)
  FROM pg_catalog.pg_prepared_xacts p
  WHERE p.database = current_database() AND p.prepared < clock_timestamp() - make_interval(secs => $1::float8)
) AS blocks
ORDER BY object
