old: INSERT INTO shelves VALUES (1, 1)
new: SELECT * FROM shelves
