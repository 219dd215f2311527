-- As archive_backlog.sql, for a role that may not list the files: those between the one that was archived last
-- and the present one. In a name, timeline, file and segment have eight digits each; 4 GB make a file.
WITH named (last, present, size) AS (
  SELECT substring(last_archived_wal FROM '^[0-9A-F]{24}'),
    pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()),
    pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size'))
  FROM pg_catalog.pg_stat_archiver
)
SELECT '', CASE WHEN pg_catalog.current_setting('archive_mode') = 'off' THEN 0
    ELSE GREATEST(0,
      (('x' || substr(present, 9, 8))::bit(32)::bigint - ('x' || substr(last, 9, 8))::bit(32)::bigint)
        * 4294967296
      + (('x' || substr(present, 17, 8))::bit(32)::bigint
          - ('x' || substr(last, 17, 8))::bit(32)::bigint - 1) * size)
      + CASE WHEN last IS NOT NULL THEN 0 END END,
  'nothing is known to have been archived yet, and the role may not list the files that wait: GRANT pg_monitor to it'
FROM named
