old: INSERT INTO people VALUES (10)
new: INSERT INTO people VALUES (20, 'merry')
new: INSERT INTO people (id) VALUES (21) RETURNING mood
