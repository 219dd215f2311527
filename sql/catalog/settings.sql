SET search_path = {search_path};
SET lock_timeout = {lock_timeout};
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
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
