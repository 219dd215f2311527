SELECT {sample} FROM ONLY {table} AS {row}
WHERE {unfilled}
LIMIT 5
