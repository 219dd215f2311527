new: SELECT * FROM mood ORDER BY 1
old: SELECT * FROM mood ORDER BY 1
new: INSERT INTO people VALUES (3, 'happy')
old: INSERT INTO people VALUES (4, 'glad')
new: SELECT id FROM people WHERE mood = 'happy' ORDER BY id
