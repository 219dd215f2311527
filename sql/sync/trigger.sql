CREATE OR REPLACE TRIGGER {trigger} BEFORE {events} ON {table}
FOR EACH ROW
-- The backfill writes the new columns itself.
WHEN (pg_catalog.current_setting('straddle.backfill', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION {function}()
