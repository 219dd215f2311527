EXISTS (
        -- Nobody is about to take the row away. (Who deletes it within a savepoint of his is not seen.)
        SELECT FROM {table}
        WHERE {conditions}
          AND age(xmax) > age(pg_snapshot_xmax(pg_current_snapshot())::xid)
          AND xmax NOT IN (SELECT xip::xid FROM pg_snapshot_xip(pg_current_snapshot()) AS xip))