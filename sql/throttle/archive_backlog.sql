-- How many bytes of the WAL wait for being archived: the files that are marked as ready.
SELECT '', CASE WHEN pg_catalog.current_setting('archive_mode') = 'off' THEN 0
    ELSE (SELECT count(*) FROM pg_catalog.pg_ls_archive_statusdir()
        WHERE name ~ '^[0-9A-F]{24}\.ready$')
      * pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) END,
  NULL::text
