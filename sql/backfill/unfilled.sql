SELECT {sample} FROM {table} AS {row}
WHERE {unfilled}
LIMIT 5
