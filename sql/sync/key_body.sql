
-- Parameters are called like columns; in the query, columns are meant.
#variable_conflict use_column
DECLARE
  _straddle_key bigint := hash_record_extended(ROW({values}), {seed});
  _straddle_taken integer := COALESCE(NULLIF(current_setting('straddle.keys_locked', true), ''), '0');
{variables}BEGIN
  -- Many keys in one transaction go without, for the lock table is finite.
  IF _straddle_taken >= 200 THEN
    RETURN;
  END IF;
  IF NOT pg_try_advisory_xact_lock(_straddle_key) THEN
    IF {there} THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(_straddle_key);
  END IF;
  PERFORM set_config('straddle.keys_locked', (_straddle_taken + 1)::text, true);
END
