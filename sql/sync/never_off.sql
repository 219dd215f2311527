
BEGIN
  -- Who disables triggers while he loads rows, and enables them again, has not enabled them ALWAYS.
  IF EXISTS (
    SELECT FROM (
      SELECT {table}::pg_catalog.regclass
      UNION
      SELECT relid FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass)
    ) AS part (relid)
    LEFT JOIN pg_catalog.pg_trigger ON tgrelid = part.relid AND tgname = {trigger}
    WHERE tgenabled IS DISTINCT FROM 'A'
  ) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = pg_catalog.concat(
      'the sync trigger of ', {table}, ' was disabled or dropped when its rows were filled already, and '
      'what was written meanwhile is in one version only: start again when that is over');
  END IF;
END
