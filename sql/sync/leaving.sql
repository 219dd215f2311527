
BEGIN
  -- Where the row arrives, triggers of the same depth fire. Triggers in between may move rows, too.
  PERFORM pg_catalog.set_config(
    {place},
    ARRAY[{row}, TG_RELID::pg_catalog.text, {columns}]::pg_catalog.text,
    true);
  RETURN NEW;
END
