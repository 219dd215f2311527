new: SELECT pg_get_serial_sequence('public.customers', 'id'), pg_get_serial_sequence('public.orders', 'id')
new: SELECT setval('public.customers_id_seq', 3000000000)
new: INSERT INTO customers (name) VALUES ('after') RETURNING id
new: INSERT INTO orders (customer_id) VALUES (3000000001) RETURNING customer_id
new: INSERT INTO orders (customer_id) VALUES (3000000002)
new: UPDATE customers SET id = 3000000003 WHERE id = 3000000001
new: DELETE FROM customers WHERE id = 3000000003
new: SELECT count(*) FROM orders WHERE customer_id > 3000000000
