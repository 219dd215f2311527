-- The row does not tell: the first live version in the search path does, or else it is the oldest.
      COALESCE(
        {new_schema} OPERATOR(pg_catalog.<) COALESCE(LEAST({older_schemas}), 2147483647), false)