
BEGIN
  -- Where the row arrives, triggers of the same depth fire. Triggers in between may move rows, too.
  PERFORM pg_catalog.set_config(
    pg_catalog.concat('straddle.moved_', pg_catalog.pg_trigger_depth()),
    ARRAY[{row}, TG_RELID::pg_catalog.text, {columns}]::pg_catalog.text,
    true);
  RETURN NEW;
END
