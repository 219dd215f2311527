SELECT {sample}, count(*) OVER () FROM {table} AS {row}
WHERE {apart}
LIMIT 5
