-- Who holds locks on the relations $1, or on partitions of theirs.
SELECT DISTINCT ON (a.xact_start, a.pid) format('pid %s (%s, %s, since %s): %s',
  a.pid, a.usename, COALESCE(NULLIF(a.application_name, ''), a.backend_type),
  to_char(a.xact_start, 'HH24:MI:SS'), left(regexp_replace(a.query, '\s+', ' ', 'g'), 120))
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND l.pid <> pg_backend_pid() AND l.relation IN (
  SELECT to_regclass(name) FROM unnest($1::text[]) AS name
  UNION ALL
  SELECT tree.relid FROM unnest($1::text[]) AS name, pg_partition_tree(to_regclass(name)) AS tree)
ORDER BY a.xact_start, a.pid
LIMIT 5
