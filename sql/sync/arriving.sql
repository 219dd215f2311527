  -- A row that changes its partition arrives in the other one by INSERT. What it was when it left is put
  -- down, so that it is an update still, whatever the users' triggers did to it on the way.
  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
    DECLARE
      place pg_catalog.text := pg_catalog.concat('straddle.moved_', pg_catalog.pg_trigger_depth());
      moved pg_catalog.text[] := NULLIF(pg_catalog.current_setting(place, true), '');
    BEGIN
      IF moved IS NOT NULL THEN
        PERFORM pg_catalog.set_config(place, '', true);
        -- One that stayed in its partition, and is now made again there, is no update.
        IF moved[1:{identifying}] OPERATOR(pg_catalog.=) ARRAY[{row}]
           AND moved[{from}] OPERATOR(pg_catalog.<>) TG_RELID::pg_catalog.text THEN
          TG_OP := 'UPDATE';
          OLD := NEW;
{columns}
        END IF;
      END IF;
    END;
  END IF;
