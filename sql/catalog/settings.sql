SET search_path = {search_path};
SET lock_timeout = {lock_timeout};
SET statement_timeout = 0;
SET idle_session_timeout = 0;
{transaction_timeout}
-- Between two statements of a transaction nothing is waited for. Where the process was stopped there, or its machine
-- is gone, others wait for its locks.
SET idle_in_transaction_session_timeout = '10s';
-- Where its machine is gone, the next operator waits for its session. And who forgets connections on which nothing
-- is said, while an index is built, does not forget this one.
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 4;
SET tcp_user_timeout = '30s';
SET standard_conforming_strings = on;
SET check_function_bodies = on;
SET default_transaction_isolation = 'read committed';
-- What Postgres prints is to be read again, and to be the same whatever a role or a database has set.
SET DateStyle = ISO;
SET IntervalStyle = postgres;
SET extra_float_digits = 1;
SET bytea_output = hex;
SET xmloption = content;
SET array_nulls = on;
SET quote_all_identifiers = off;
-- Where row level security would hide rows from us, an error is wanted, not silence.
SET row_security = off;
-- Catalog queries and small batches take longer to compile than to run, and locks are held meanwhile.
SET jit = off;
-- Event triggers of pgroll, where it was in use, would write down each of our statements.
SET pgroll.no_inferred_migrations = 'TRUE';
-- A killed operator's locks are free soon after.
SET client_connection_check_interval = '250ms'
