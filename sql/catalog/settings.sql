SET search_path = {search_path};
SET lock_timeout = {lock_timeout};
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET standard_conforming_strings = on;
SET check_function_bodies = on;
SET default_transaction_isolation = 'read committed';
-- Where row level security would hide rows from us, an error is wanted, not silence.
SET row_security = off;
-- Catalog queries and small batches take longer to compile than to run, and locks are held meanwhile.
SET jit = off;
-- Event triggers of pgroll, where it was in use, would write down each of our statements.
SET pgroll.no_inferred_migrations = 'TRUE';
-- A killed operator's locks are free soon after.
SET client_connection_check_interval = '250ms'
