  note := NULLIF(pg_catalog.current_setting({place}, true), '');
  IF note IS DISTINCT FROM NULL THEN
    -- The old columns were made before the users' triggers; what those changed is carried over.
    PERFORM pg_catalog.set_config({place}, '', true);
{carry}
{serialise}    RETURN NEW;
  END IF;
