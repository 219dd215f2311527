  "~state" := {state};
  -- A row of this transaction's own will be there, whatever others do, who may be waiting for it.
  IF "~state" = 'own' THEN
    RETURN;
  END IF;
  IF "~state" = 'touched' THEN
    -- Whoever is about to take the row away is waited for before the lock is taken: he may put it back.
    -- Nothing stays locked.
    BEGIN
      PERFORM FROM {table} WHERE {conditions} FOR KEY SHARE;
      RAISE EXCEPTION USING ERRCODE = 'P0STR';
    EXCEPTION WHEN SQLSTATE 'P0STR' OR serialization_failure THEN
      NULL;
    END;
    "~state" := {state};
  END IF;
