old: INSERT INTO notes (id, body, price) VALUES (2, 'three', 7) RETURNING size, twice
new: INSERT INTO notes VALUES (3, 9)
new: UPDATE notes SET price = 8 WHERE id = 1
