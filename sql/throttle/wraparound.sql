-- The workers of autovacuum that keep the table $1, or a partition beside it, from wraparound. The mark is
-- autovacuum's own: it lets such a worker not be interrupted.
SELECT format('autovacuum keeps `%s` from wraparound, since %s (pid %s)', c.relname,
  to_char(a.xact_start, 'HH24:MI:SS'), a.pid)
FROM pg_catalog.pg_stat_activity AS a
JOIN pg_catalog.pg_locks AS l ON l.pid = a.pid AND l.locktype = 'relation'
  AND l.mode = 'ShareUpdateExclusiveLock'
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
JOIN pg_catalog.pg_class AS c ON l.relation IN (c.oid, c.reltoastrelid)
WHERE a.backend_type = 'autovacuum worker' AND a.query LIKE '%(to prevent wraparound)'
  AND (c.oid = to_regclass($1::text) OR c.oid IN (
    SELECT relid FROM pg_catalog.pg_partition_tree(
      pg_catalog.pg_partition_root(to_regclass($1::text)))))
ORDER BY a.xact_start
LIMIT 1
