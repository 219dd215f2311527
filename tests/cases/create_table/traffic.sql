new: INSERT INTO orders (user_id) VALUES (1) RETURNING *
new: INSERT INTO orders (user_id) VALUES (9)
new: INSERT INTO orders (user_id, quantity) VALUES (1, 0)
old: DELETE FROM users
