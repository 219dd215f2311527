  IF {given}(TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {changed}) THEN
    PERFORM {function}(TG_OP OPERATOR(pg_catalog.=) 'UPDATE', {values});
  END IF;
