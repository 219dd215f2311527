old: INSERT INTO people (id, name) VALUES (10, 'Cyd') RETURNING mood
old: INSERT INTO people VALUES (11, 'so-so', 'Dan')
new: INSERT INTO people (id, name) VALUES (20, 'Eve') RETURNING mood
new: INSERT INTO people VALUES (21, 'so-so', 'Fay')
new: INSERT INTO people VALUES (22, 'sad', 'Zoe')
new: INSERT INTO people VALUES (23, 'merry', 'Gus')
new: UPDATE people SET mood = 'so-so' WHERE id = 2
new: UPDATE people SET mood = 'so-so' WHERE id = 1
old: UPDATE people SET name = 'Anna' WHERE id = 1
new: SELECT id, mood FROM people WHERE mood < 'glad' ORDER BY id
old: UPDATE pets SET mood = 'sad' WHERE id = 1
new: UPDATE pets SET other = 'so-so', mood = other WHERE id = 1
new: UPDATE pets SET other = DEFAULT WHERE id = 2
