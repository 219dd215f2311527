old: INSERT INTO items (day) VALUES (2)
new: INSERT INTO items (day) VALUES (12)
new: INSERT INTO items (day, size) VALUES (32, NULL)
old: SELECT * FROM items ORDER BY id
new: SELECT * FROM items ORDER BY id
