
-- Parameters are called like columns; in queries, columns are meant.
#variable_conflict use_column
DECLARE
{aliases}BEGIN
{unless}-- In a block of their own, and first of all what is made of the columns: one of those may be called like a variable.
DECLARE
{variables}  "~key" bigint := hash_record_extended(ROW({values}), {seed});
  "~taken" integer := COALESCE(NULLIF(current_setting('straddle.keys_locked', true), ''), '0');
  "~patience" text := current_setting('lock_timeout');
  "~since" timestamptz;
  "~state" text;
BEGIN
  -- Many keys in one transaction go without, for the lock table is finite.
  IF "~taken" >= 200 THEN
    RETURN;
  END IF;
{settle}  IF NOT pg_try_advisory_xact_lock("~key") THEN
{wait}  END IF;
  "~taken" := "~taken" + 1;
  -- So do those of a transaction that has had its share, once all together have half of the table.
  IF "~taken" % 50 = 0 AND (SELECT count(*) FROM pg_locks)
    > current_setting('max_locks_per_transaction')::integer * current_setting('max_connections')::integer / 2
  THEN
    "~taken" := 200;
  END IF;
  PERFORM set_config('straddle.keys_locked', "~taken"::text, true);
END;
END
