-- The replicas that are connected and replay; whoever only receives the WAL, or decodes it, does not.
SELECT DISTINCT r.application_name
FROM pg_catalog.pg_stat_replication r
WHERE r.state IN ('startup', 'catchup', 'streaming')
  AND (r.replay_lsn IS NOT NULL OR r.state <> 'streaming')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
ORDER BY 1
