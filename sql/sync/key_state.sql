CASE WHEN current_setting('transaction_isolation') <> 'serializable' THEN (
    -- (There, to have looked would make transactions depend on each other that write different keys.)
    SELECT CASE WHEN pg_current_xact_id_if_assigned()::xid IN (xmin, xmax) THEN 'own'
      -- (Who deletes it within a savepoint of his is not seen.)
      WHEN age(xmax) > age(pg_snapshot_xmax(pg_current_snapshot())::xid)
        AND xmax NOT IN (SELECT xip::xid FROM pg_snapshot_xip(pg_current_snapshot()) AS xip)
      THEN 'there' ELSE 'touched' END
    FROM {table} WHERE {conditions} LIMIT 1) END