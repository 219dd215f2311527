old: INSERT INTO people VALUES (10, 'Dan', true)
new: INSERT INTO people VALUES (20, 'Eve', NULL, 'don''t know') RETURNING *
new: UPDATE people SET mood = 'glad' WHERE id = 2
new: INSERT INTO people VALUES (21, 'Fay', NULL, 'bored')
new: INSERT INTO shirts (id, sizes) VALUES (1, '{S,L}') RETURNING *
