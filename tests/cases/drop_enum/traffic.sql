old: INSERT INTO people (id, name) VALUES (10, 'Cyd') RETURNING mood
new: INSERT INTO people VALUES (20, 'merry', 'Dan')
new: UPDATE people SET mood = 'sad' WHERE id = 2
old: INSERT INTO shirts VALUES (10, 'S')
