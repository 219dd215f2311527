new: INSERT INTO pets VALUES (2)
old: INSERT INTO people VALUES (1)
