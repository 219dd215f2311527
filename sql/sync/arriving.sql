  -- A row that changes its partition arrives in the other one by INSERT. What it was when it left is put
  -- down, so that it is an update still, whatever the users' triggers did to it on the way.
  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
    DECLARE
      place pg_catalog.text := {place};
      mark pg_catalog.text[] := NULLIF(pg_catalog.current_setting(place, true), '');
    BEGIN
      IF mark IS NOT NULL THEN
        PERFORM pg_catalog.set_config(place, '', true);
        IF {is_it} THEN
          TG_OP := 'UPDATE';
          OLD := NEW;
{columns}
        END IF;
      END IF;
    END;
  END IF;
