  -- A row that changes its partition arrives in the other one by INSERT.
  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
    mark := NULLIF(pg_catalog.current_setting({place}, true), '');
    IF {is_it} THEN
      done := true;
    END IF;
  END IF;
