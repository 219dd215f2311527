old: INSERT INTO people VALUES (10, -1, 'nobody')
new: SELECT * FROM people WHERE id = 10
old: SELECT * FROM people WHERE id = 10
old: INSERT INTO people VALUES (11, 30, 'nobody')
new: INSERT INTO people VALUES (12, 200, 'dan@home')
new: INSERT INTO people VALUES (12, 20, 'dan')
new: INSERT INTO people VALUES (12, 20, 'dan@home')
new: UPDATE people SET age = 1, mail = 'bob@home' WHERE id = 10
old: SELECT * FROM people WHERE id = 10
old: UPDATE people SET age = 999 WHERE id = 1
old: UPDATE people SET age = 99 WHERE id = 1
new: SELECT * FROM people WHERE id = 1
new: UPDATE people SET age = NULL WHERE id = 1
