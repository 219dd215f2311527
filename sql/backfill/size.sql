-- The file node of the table $1 and its length in blocks.
SELECT pg_catalog.pg_relation_filenode($1::text::regclass),
  pg_catalog.pg_relation_size($1::text::regclass)
    / pg_catalog.current_setting('block_size')::bigint
