old: INSERT INTO pets VALUES (3, 'Ann')
old: INSERT INTO pets VALUES (4, 'nobody')
new: INSERT INTO pets VALUES (5, 'nobody')
new: INSERT INTO pets VALUES (5, 'Ann')
old: INSERT INTO people VALUES (3, 'Cid', 9)
new: DELETE FROM people WHERE id = 1
new: INSERT INTO people VALUES (4, 'Bob', 2)
new: INSERT INTO houses VALUES ('Bob')
old: INSERT INTO people VALUES (5, 'Eve', 2)
