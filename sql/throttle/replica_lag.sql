-- How many milliseconds behind each replica is: those named in $1, or, where it is empty, all that replay.
-- Postgres says nothing of one that has replayed everything, and goes on saying the last thing for a while.
SELECT COALESCE(named.name, replica.application_name),
  CASE WHEN replica.replay_lsn >= pg_catalog.pg_current_wal_lsn() THEN 0
    WHEN replica.state = 'streaming'
    THEN (1000 * extract(epoch FROM COALESCE(replica.replay_lag, '0')))::bigint END,
  CASE WHEN replica.pid IS NULL THEN 'is not connected' ELSE 'is catching up' END
FROM (SELECT * FROM pg_catalog.pg_stat_replication
  WHERE state IN ('catchup', 'streaming') AND replay_lsn IS NOT NULL) AS replica
FULL JOIN unnest($1::text[]) AS named (name) ON named.name = replica.application_name
WHERE cardinality($1::text[]) = 0 OR named.name IS NOT NULL
