
-- Parameters are called like columns; in queries, columns are meant.
#variable_conflict use_column
DECLARE
  _straddle_key bigint := hash_record_extended(ROW({values}), {seed});
  _straddle_taken integer := COALESCE(NULLIF(current_setting('straddle.keys_locked', true), ''), '0');
  _straddle_patience text := current_setting('lock_timeout');
{variables}BEGIN
  -- Many keys in one transaction go without, for the lock table is finite.
  IF _straddle_taken >= 200 THEN
    RETURN;
  END IF;
  IF NOT pg_try_advisory_xact_lock(_straddle_key) THEN
    -- A row of this transaction's own will be there, whatever others do, who may be waiting for it.
    IF {own} THEN
      RETURN;
    END IF;
    BEGIN
      PERFORM set_config('lock_timeout', '200', true);
      PERFORM pg_advisory_xact_lock(_straddle_key);
      PERFORM set_config('lock_timeout', _straddle_patience, true);
    EXCEPTION WHEN lock_not_available THEN
      -- Two that wait for each other's keys, which are there: nobody is in the way of ON CONFLICT.
      IF {there} THEN
        RETURN;
      END IF;
      PERFORM pg_advisory_xact_lock(_straddle_key);
    END;
  END IF;
  PERFORM set_config('straddle.keys_locked', (_straddle_taken + 1)::text, true);
END
