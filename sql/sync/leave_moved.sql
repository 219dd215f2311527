  -- A row that changes its partition arrives in the other one by INSERT.
  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
    mark := NULLIF(pg_catalog.current_setting(
      pg_catalog.concat('straddle.moved_', pg_catalog.pg_trigger_depth()), true), '');
    IF mark[1:{identifying}] OPERATOR(pg_catalog.=) ARRAY[{row}]
       AND mark[{from}] OPERATOR(pg_catalog.<>) TG_RELID::pg_catalog.text THEN
      done := true;
    END IF;
  END IF;
