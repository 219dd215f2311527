{verb} {view}{options} AS
SELECT {columns}
FROM {table}
