
BEGIN
  -- The rows of another one would be read here, while nobody can write them.
  IF EXISTS (
    SELECT FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass)
    WHERE isleaf AND relid <> {table}::pg_catalog.regclass
      AND relid NOT IN (
        SELECT known FROM unnest(ARRAY[{partitions}]::pg_catalog.text[]) AS name, pg_catalog.to_regclass(name) AS known
        WHERE known IS NOT NULL)
  ) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = pg_catalog.concat(
      'a partition of ', {table}, ' came meanwhile: start again');
  END IF;
END
