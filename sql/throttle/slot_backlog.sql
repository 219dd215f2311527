-- How many bytes of the WAL each replication slot keeps, in use or not. A slot that is lost keeps none any
-- more.
SELECT slot_name::text, GREATEST(0, pg_catalog.pg_wal_lsn_diff(
    pg_catalog.pg_current_wal_lsn(), restart_lsn))::bigint,
  NULL::text
FROM pg_catalog.pg_replication_slots
WHERE restart_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost'
