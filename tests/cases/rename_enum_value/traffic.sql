old: INSERT INTO people (id) VALUES (10) RETURNING mood
old: INSERT INTO people VALUES (11, 'happy')
new: INSERT INTO persons (id) VALUES (20) RETURNING feeling
new: INSERT INTO persons VALUES (21, 'glad')
new: INSERT INTO persons VALUES (122, 'sad')
new: UPDATE persons SET feeling = 'happy' WHERE id = 1
old: UPDATE people SET mood = 'it''s ok' WHERE id = 2
new: SELECT id FROM persons WHERE feeling = 'happy' ORDER BY id
