-- Who is in the way: of the session $1 while it waits for a lock; or, where none is given, of a lock with
-- which the modes $3 conflict on the relations $2, or on partitions of theirs; or whose the virtual transactions $4 are. Who
-- holds a lock comes before who only stands in the queue for one; of the latter there is none where there is a former.
WITH wanted AS (
  SELECT to_regclass(name)::oid AS relation FROM unnest($2::text[]) AS name
  UNION
  SELECT tree.relid FROM unnest($2::text[]) AS name, pg_partition_tree(to_regclass(name)) AS tree
), waiting AS MATERIALIZED (
  SELECT * FROM pg_catalog.pg_locks WHERE pid = $1 AND NOT granted
), queued AS MATERIALIZED (
  SELECT unnest(pg_blocking_pids($1)) AS pid
), holding AS MATERIALIZED (
  SELECT DISTINCT l.pid, l.virtualtransaction, l.relation
  FROM pg_catalog.pg_locks l
  LEFT JOIN waiting w ON ROW(w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid,
      w.transactionid, w.classid, w.objid, w.objsubid)
    IS NOT DISTINCT FROM ROW(l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid,
      l.transactionid, l.classid, l.objid, l.objsubid)
  WHERE l.granted AND l.pid IS DISTINCT FROM pg_backend_pid() AND (
    w.pid IS NOT NULL AND COALESCE(l.pid, 0) IN (SELECT pid FROM queued)
    OR $1 IS NULL AND l.relation IN (SELECT relation FROM wanted) AND l.mode = ANY ($3)
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    OR l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.virtualtransaction = ANY ($4))
), found AS (
  SELECT * FROM holding
  UNION ALL
  SELECT pid, NULL, NULL FROM queued WHERE pid <> 0 AND NOT EXISTS (SELECT FROM holding)
), described AS (
  SELECT DISTINCT ON (found.pid, p.gid) found.pid, COALESCE(a.xact_start, p.prepared) AS since,
    a.usename, NULLIF(a.application_name, '') AS application, a.backend_type, a.state,
    regexp_replace(a.query, '\s+', ' ', 'g') AS query, p.gid, p.owner,
    a.usesysid IS NULL AND (a.backend_type = 'autovacuum worker' OR EXISTS (
      SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)) AS is_autovacuum,
    COALESCE(a.query LIKE '%(to prevent wraparound)', false) OR EXISTS (
      SELECT FROM pg_catalog.pg_class c
      WHERE c.oid = found.relation AND c.relfrozenxid <> '0'
        AND age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::bigint) AS is_urgent
  FROM found
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = found.pid
  LEFT JOIN pg_catalog.pg_locks x ON found.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid'
    AND x.virtualtransaction = found.virtualtransaction
  LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
  -- Who has ended his transaction since his locks were seen has let go.
  WHERE a.pid IS NOT NULL AND a.state IS DISTINCT FROM 'idle' OR p.gid IS NOT NULL
  ORDER BY found.pid, p.gid, is_urgent DESC
)
SELECT pid, since::text, state LIKE 'idle%',
  CASE
    WHEN gid IS NOT NULL THEN 'prepared'
    WHEN is_autovacuum AND is_urgent THEN 'urgent'
    WHEN is_autovacuum THEN 'autovacuum'
    WHEN application LIKE 'straddle%' THEN 'ours'
    WHEN backend_type = 'client backend' THEN 'client'
    WHEN backend_type IS NULL THEN 'unseen'
    ELSE 'system'
  END,
  CASE
    WHEN gid IS NOT NULL THEN format('the prepared transaction %L (%s, since %s): COMMIT PREPARED or ROLLBACK '
      'PREPARED ends it', gid, owner, moment)
    ELSE format('pid %s (%s): %s', pid,
      array_to_string(ARRAY[usename::text, COALESCE(application, backend_type), state, 'since ' || moment], ', '),
      CASE
        WHEN is_autovacuum AND is_urgent THEN format('%s; it gives way to nobody',
          CASE WHEN query LIKE 'autovacuum:%' THEN query ELSE 'autovacuum (to prevent wraparound)' END)
        WHEN is_autovacuum AND query NOT LIKE 'autovacuum:%' THEN 'autovacuum'
        ELSE left(query, 120)
      END)
  END
FROM described, LATERAL (SELECT to_char(since,
  CASE WHEN since > now() - interval '12 hours' THEN 'HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI:SS' END)) AS shown(moment)
ORDER BY since, pid
LIMIT 5
