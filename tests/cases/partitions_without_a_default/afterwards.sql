new: INSERT INTO items (day) VALUES (12)
new: SELECT * FROM items ORDER BY id
