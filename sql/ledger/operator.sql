-- The session that has the operator's lock $1, unless it is ours, and the index that it builds.
SELECT l.pid, i.phase, i.blocks_done, i.blocks_total
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_stat_progress_create_index i ON i.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND (l.classid::bigint << 32) | l.objid::bigint = $1
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND l.pid <> pg_catalog.pg_backend_pid()
