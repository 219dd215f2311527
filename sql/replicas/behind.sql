-- Which of the replicas $1 have not replayed the WAL up to $2, and how far each is.
SELECT format('%s %s', named.name, CASE
    WHEN r.pid IS NULL THEN 'is not connected'
    WHEN r.state <> 'streaming' THEN 'is catching up'
    WHEN r.replay_lsn IS NULL THEN 'does not say what it has replayed'
    ELSE format('is %s behind', pg_catalog.pg_size_pretty(
      pg_catalog.pg_wal_lsn_diff($2::text::pg_catalog.pg_lsn, r.replay_lsn))) END)
FROM unnest($1::text[]) AS named (name)
LEFT JOIN (
  SELECT * FROM pg_catalog.pg_stat_replication r
  WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
) AS r ON r.application_name = named.name
WHERE (r.replay_lsn >= $2::text::pg_catalog.pg_lsn) IS NOT TRUE
ORDER BY 1
