-- Replication slots that nobody uses, or that are far behind: what a backfill writes stays in the WAL for them. Those
-- of other databases are for who looks after these.
SELECT 'warning', format('replication slot %I', s.slot_name),
  format('%s, and keeps %s of WAL', CASE WHEN s.active THEN 'it is far behind' ELSE 'nobody uses it' END,
    pg_catalog.pg_size_pretty(kept)),
  CASE WHEN s.active THEN 'see after its consumer'
    ELSE format('connect its consumer, or `SELECT pg_drop_replication_slot(%L)`', s.slot_name) END,
  NULL
FROM pg_catalog.pg_replication_slots s
CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_wal_lsn_diff(
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
      ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn) AS kept) AS wal
WHERE s.restart_lsn IS NOT NULL AND NOT s.temporary
  AND COALESCE(s.database, current_database()) = current_database()
  AND (NOT s.active OR kept > 1073741824)
ORDER BY s.slot_name
