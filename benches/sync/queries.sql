-- One query a line. `{table}` is a version's view or the table, `{rating}` the column in it.
SELECT * FROM (SELECT id, email, {rating}, balance FROM {table} WHERE id = 4711) AS one
SELECT id, {rating} FROM {table} WHERE id BETWEEN 1000 AND 1100 ORDER BY id DESC LIMIT 10
SELECT country, count(*), sum(balance) FROM {table} GROUP BY country
SELECT id FROM {table} WHERE {rating} = '77' AND active ORDER BY created_at LIMIT 5
SELECT a.name, b.name FROM {table} AS a JOIN {table} AS b ON b.id = a.id + 1 WHERE a.id < 50
SELECT id FROM {table} WHERE id = ANY ('{1, 5, 9}') FOR UPDATE SKIP LOCKED
SELECT max(id) FROM {table}
WITH best AS (SELECT {rating}, count(*) AS n FROM {table} GROUP BY 1) SELECT * FROM best WHERE n > 10
UPDATE {table} SET visits = visits + 1 WHERE id = 4711
DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE visits > 100)
