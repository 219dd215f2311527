-- The transactions that may see the tables as they were before the version schema $1 got its name.
SELECT l.virtualtransaction
FROM pg_catalog.pg_namespace n
-- (An xid that is older than half of all of them has a negative age.)
JOIN pg_catalog.pg_stat_activity a ON age(a.backend_xmin) >= age(n.xmin) AND age(n.xmin) >= 0
JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock'
WHERE n.nspname = $1 AND a.datname = current_database() AND a.pid <> pg_backend_pid()
  -- Neither autovacuum nor VACUUM gives rows to anybody.
  AND a.usesysid IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
