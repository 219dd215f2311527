BEGIN
  -- A partition that was detached keeps what it has of both versions.
  IF EXISTS (
    SELECT FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass)
    WHERE relid = pg_catalog.to_regclass({partition})
  ) THEN
    {statements};
  END IF;
END
