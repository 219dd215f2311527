-- How many bytes of the WAL each replica has not replayed: those named in $1, or, where it is empty, all
-- that replay.
SELECT COALESCE(named.name, replica.application_name),
  CASE WHEN replica.pid IS NOT NULL THEN GREATEST(0, pg_catalog.pg_wal_lsn_diff(
    pg_catalog.pg_current_wal_lsn(), replica.replay_lsn))::bigint END,
  'is not connected'
FROM (SELECT * FROM pg_catalog.pg_stat_replication
  WHERE state IN ('catchup', 'streaming') AND replay_lsn IS NOT NULL) AS replica
FULL JOIN unnest($1::text[]) AS named (name) ON named.name = replica.application_name
WHERE cardinality($1::text[]) = 0 OR named.name IS NOT NULL
