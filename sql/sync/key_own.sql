EXISTS (
      SELECT FROM {table}
      WHERE {conditions}
        AND pg_current_xact_id_if_assigned()::xid IN (xmin, xmax))