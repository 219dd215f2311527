-- pgroll starts nothing on a base schema that Straddle has adopted: it says so instead. It goes on with others.
CREATE OR REPLACE FUNCTION {pgroll}._straddle_has_adopted() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $straddle$
BEGIN
  IF NEW.schema <> TG_ARGV[0] THEN
    RETURN NEW;
  END IF;
  -- What its event triggers take down of everybody's DDL is of no use any more.
  IF to_jsonb(NEW) ->> 'migration_type' = 'inferred' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'straddle has adopted the schema % from pgroll, which changes nothing in it any more', TG_ARGV[0]
    USING HINT = 'Run `straddle start` or `straddle migrate` instead.';
END $straddle$;
DROP TRIGGER IF EXISTS {trigger} ON {pgroll}.migrations;
CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {pgroll}.migrations
FOR EACH ROW EXECUTE FUNCTION {pgroll}._straddle_has_adopted({base})
