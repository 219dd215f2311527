EXISTS (
      -- Nobody is about to take the row away, unless it is this transaction.
      SELECT FROM {table}
      WHERE {conditions}
        AND xmax::text IN ('0', pg_current_xact_id_if_assigned()::xid::text))