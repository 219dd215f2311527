old: INSERT INTO products VALUES (10, 'old')
new: INSERT INTO products VALUES (20, 'new', 'given', 5, 'note')
new: INSERT INTO products (id, name, label) VALUES (21, 'new', 'default stock') RETURNING stock
new: INSERT INTO products (id, name) VALUES (22, 'no label')
old: UPDATE products SET name = 'TEA TIME' WHERE id = 1
new: UPDATE products SET label = 'mine' WHERE id = 2
old: UPDATE products SET id = 3 WHERE id = 2
new: UPDATE products SET stock = -1 WHERE id = 1
new: UPDATE products SET stock = 7, note = 'x' WHERE id = 1
