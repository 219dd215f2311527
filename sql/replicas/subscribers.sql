-- Those of the names $1 under which somebody decodes the WAL, who has no version schemas.
SELECT DISTINCT r.application_name
FROM pg_catalog.pg_stat_replication r
JOIN pg_catalog.pg_replication_slots s ON s.active_pid = r.pid AND s.slot_type = 'logical'
WHERE r.application_name = ANY ($1::text[])
ORDER BY 1
