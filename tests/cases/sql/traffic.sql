new: INSERT INTO users VALUES (1, 'glad')
old: INSERT INTO people VALUES (1)
