  -- One key, one writer at a time: the column has a unique index in either version, and ON CONFLICT of
  -- one version does not look at the other's. Many keys in one transaction go without, for the lock
  -- table is finite.
  IF {key_given} AND (TG_OP OPERATOR(pg_catalog.=) 'INSERT' OR {key_changed}) THEN
    taken := COALESCE(NULLIF(pg_catalog.current_setting('straddle.keys_locked', true), ''), '0');
    IF taken OPERATOR(pg_catalog.<) 200 THEN
      PERFORM pg_catalog.set_config(
        'straddle.keys_locked', (taken OPERATOR(pg_catalog.+) 1)::pg_catalog.text, true);
      PERFORM pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtextextended(ROW({columns})::pg_catalog.text, {seed}));
    END IF;
  END IF;
