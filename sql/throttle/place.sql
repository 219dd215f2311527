-- Whether the connection stays on one machine, as far as it can tell; whether the role may know where the data
-- is; when the server was started, in seconds; its port.
SELECT inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1',
  pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE'),
  extract(epoch FROM pg_catalog.pg_postmaster_start_time())::bigint,
  pg_catalog.current_setting('port')
