-- What the server is, and whether it takes writes: for servers of any age.
SELECT current_setting('server_version_num')::integer,
  split_part(current_setting('server_version'), ' ', 1),
  pg_catalog.pg_is_in_recovery(),
  current_setting('transaction_read_only')::boolean,
  CASE WHEN current_setting('transaction_read_only')::boolean THEN (
    SELECT source FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only') END
