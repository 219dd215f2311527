-- The session that has the operator's lock $1, unless it is ours, and how far the index is that it
-- builds: what is counted depends on the phase.
SELECT l.pid, i.phase,
  CASE WHEN i.blocks_total > 0 THEN i.blocks_done WHEN i.tuples_total > 0 THEN i.tuples_done
    ELSE i.lockers_done END,
  CASE WHEN i.blocks_total > 0 THEN i.blocks_total WHEN i.tuples_total > 0 THEN i.tuples_total
    ELSE i.lockers_total END,
  CASE WHEN a.pid IS NOT NULL THEN format('pid %s (%s)', a.pid, array_to_string(ARRAY[a.usename::text,
    COALESCE(NULLIF(a.application_name, ''), a.backend_type), a.state,
    'since ' || to_char(a.xact_start, 'HH24:MI:SS')], ', ')) END
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_stat_progress_create_index i ON i.pid = l.pid
LEFT JOIN pg_catalog.pg_stat_activity a
  ON a.pid = i.current_locker_pid AND i.phase LIKE 'waiting%'
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND (l.classid::bigint << 32) | l.objid::bigint = $1
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND l.pid <> pg_catalog.pg_backend_pid()
