old: INSERT INTO people VALUES (10, 'glad')
new: INSERT INTO people VALUES (20, 'merry')
new: SELECT * FROM people ORDER BY id
old: SELECT * FROM people ORDER BY id
