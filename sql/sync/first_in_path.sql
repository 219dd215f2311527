COALESCE(
        {schema} OPERATOR(pg_catalog.<) COALESCE(LEAST({others}), 2147483647), false)