
DECLARE
  stays boolean;
BEGIN
  -- The partition key has changed; whether the row leaves its partition for it, Postgres asks like this.
  EXECUTE pg_catalog.format(
    'SELECT %s FROM (SELECT ($1).*) AS moved',
    COALESCE(pg_catalog.pg_get_partition_constraintdef(TG_RELID), 'true'))
    INTO stays USING NEW;
  IF NOT stays THEN
    -- Where it arrives, triggers of the same depth fire. Triggers in between may move rows, too.
    PERFORM pg_catalog.set_config(
      pg_catalog.concat('straddle.moved_', pg_catalog.pg_trigger_depth()),
      ARRAY[{row}, {columns}]::pg_catalog.text,
      true);
  END IF;
  RETURN NEW;
END
