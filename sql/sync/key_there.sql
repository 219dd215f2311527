EXISTS (
      -- Nobody is about to take the row away, unless it is this transaction. (Who deletes it within a
      -- savepoint of his is not seen.)
      SELECT FROM {table}
      WHERE {conditions}
        AND (xmax = pg_current_xact_id_if_assigned()::xid
          OR age(xmax) > age(pg_snapshot_xmax(pg_current_snapshot())::xid)
          AND xmax NOT IN (SELECT xip::xid FROM pg_snapshot_xip(pg_current_snapshot()) AS xip)))
