old: INSERT INTO products VALUES (10, 4.5)
new: INSERT INTO products VALUES (20, 777, 'dear')
new: INSERT INTO products (id) VALUES (21) RETURNING *
new: INSERT INTO products VALUES (22, 0)
