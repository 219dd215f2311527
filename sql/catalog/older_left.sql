
BEGIN
  -- Whoever holds no snapshot any more takes a new one for his next statement.
  IF EXISTS (
    SELECT FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.backend_xmin IS NOT NULL
    WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock'
      AND l.virtualtransaction = ANY ({transactions}::text[])
  ) THEN
    RAISE lock_not_available USING MESSAGE =
      'a transaction that sees the rows as they were before the start would find the new columns empty';
  END IF;
END
