old: INSERT INTO items VALUES (10, '30', '5', 'old')
new: INSERT INTO products VALUES (20, 44, 'new 44')
old: UPDATE items SET vat = '3' WHERE id = 1
new: UPDATE products SET price = 55 WHERE id = 2
new: UPDATE products SET label = 'pepper 24' WHERE id = 2
old: SELECT * FROM items ORDER BY id
new: SELECT * FROM products ORDER BY id
