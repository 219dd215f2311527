old: INSERT INTO customers (name) VALUES ('old') RETURNING id
new: INSERT INTO customers (name) VALUES ('new') RETURNING id
old: INSERT INTO orders (customer_id, total) VALUES (1, 2) RETURNING *
new: INSERT INTO orders (customer_id, total) VALUES (1, 3) RETURNING *
old: INSERT INTO orders (customer_id, total) VALUES (77, 2)
new: INSERT INTO orders (customer_id, total) VALUES (77, 2)
new: INSERT INTO customers (id, name) VALUES (3000000000, 'too large for the old version')
new: INSERT INTO visits VALUES (3000000000, 'nobody')
old: UPDATE customers SET id = 11 WHERE id = 1
new: SELECT customer_id, id, total FROM orders ORDER BY id
new: UPDATE customers SET id = 12 WHERE id = 2
old: SELECT customer_id, id, total FROM orders ORDER BY id
old: SELECT * FROM letters ORDER BY id
old: UPDATE orders SET id = 21 WHERE id = 20
new: UPDATE orders SET id = 21 WHERE id = 20
old: SELECT * FROM parcels ORDER BY id
old: DELETE FROM lines WHERE order_id = 21 AND place = 2
new: SELECT * FROM parcels ORDER BY id
new: DELETE FROM customers WHERE id = 12
old: SELECT * FROM visits
old: SELECT * FROM lines ORDER BY order_id
old: SELECT * FROM letters ORDER BY id
old: UPDATE calls SET minutes = 5 WHERE customer_id = 99
new: UPDATE calls SET customer_id = 98 WHERE customer_id = 99
new: INSERT INTO calls VALUES (11, 1)
old: DELETE FROM customers WHERE id = 3
new: SELECT * FROM calls ORDER BY customer_id
new: SELECT * FROM visits
old: BEGIN
old: SET CONSTRAINTS public.visits_customer DEFERRED
old: INSERT INTO visits VALUES (50, 'before the customer')
old: INSERT INTO customers VALUES (50, 'late')
old: COMMIT
old: INSERT INTO visits VALUES (51, 'nobody')
new: INSERT INTO letters VALUES (3, 50)
new: DELETE FROM customers WHERE id = 50
new: SELECT * FROM letters ORDER BY id
