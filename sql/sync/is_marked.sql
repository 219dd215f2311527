mark[1:{identifying}] OPERATOR(pg_catalog.=) ARRAY[{row}]
           AND mark[{from}] OPERATOR(pg_catalog.<>) TG_RELID::pg_catalog.text