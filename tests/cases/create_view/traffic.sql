new: INSERT INTO pets VALUES ('Rex', 1)
new: SELECT * FROM adults ORDER BY 1
new: SELECT * FROM grown_up_names
new: INSERT INTO reachable (name, email) VALUES ('Dan', 'dan@example.org') RETURNING *
new: UPDATE reachable SET email = 'ann@example.com' WHERE id = 1 RETURNING name
old: SELECT id, name, mail FROM users ORDER BY id
old: SELECT * FROM adults
old: UPDATE users SET age = 17 WHERE id = 3
new: SELECT who FROM adults ORDER BY 1
new: DELETE FROM reachable WHERE id = 3
