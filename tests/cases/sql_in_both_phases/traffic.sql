old: INSERT INTO people VALUES (10, 'Cid')
new: INSERT INTO people VALUES (20, 'Dan', 30)
new: INSERT INTO toys VALUES (1)
old: SELECT * FROM names ORDER BY name
new: SELECT * FROM names ORDER BY name
