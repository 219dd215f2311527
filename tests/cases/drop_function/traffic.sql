old: INSERT INTO products (id) VALUES (10) RETURNING price
new: INSERT INTO products (id) VALUES (20)
