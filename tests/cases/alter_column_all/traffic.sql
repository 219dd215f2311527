new: INSERT INTO events (id) VALUES (3) RETURNING name
old: UPDATE events SET name = 'x' WHERE id = 1
old: INSERT INTO events VALUES (4, 'dance')
old: DELETE FROM events WHERE id = 2
old: INSERT INTO events (id) VALUES (5)
