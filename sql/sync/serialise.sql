  IF {given}(TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {changed}) THEN
    PERFORM {function}({values});
  END IF;
