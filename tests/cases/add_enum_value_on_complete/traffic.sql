old: INSERT INTO people VALUES (10, 'merry')
new: INSERT INTO people VALUES (20, 'merry')
new: INSERT INTO people VALUES (21, 'glad')
