old: INSERT INTO orders VALUES (10, 'sent', 8)
new: INSERT INTO orders VALUES (20, 'lost', 9, false, 'new')
new: INSERT INTO orders VALUES (21, 'found', 9, false, 'lost')
new: INSERT INTO orders VALUES (22, 'shipped', 9, false, 'shipped')
new: INSERT INTO parcels (id) VALUES (1) RETURNING state
new: UPDATE orders SET state = 'found' WHERE id = 3
old: UPDATE orders SET state = 'paid' WHERE id = 20
