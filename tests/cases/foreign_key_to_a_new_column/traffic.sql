new: UPDATE people SET place = 'ROME1' WHERE id = 1
new: UPDATE people SET place = 'nowhere' WHERE id = 2
new: INSERT INTO trips VALUES (1, 'OSLO2'), (2, 'ROME1')
old: DELETE FROM places WHERE id = 2
old: UPDATE places SET name = 'Paris' WHERE id = 1
new: DELETE FROM trips
old: UPDATE places SET name = 'Paris' WHERE id = 1
new: SELECT * FROM people ORDER BY id
old: INSERT INTO places VALUES (3, 'Bern')
new: UPDATE places SET within = 'BERN3' WHERE id = 1
old: DELETE FROM places WHERE id = 3
old: UPDATE teams SET number = 7 WHERE number = 1
new: SELECT * FROM games ORDER BY id
old: SELECT * FROM games ORDER BY id
old: INSERT INTO games VALUES (3, 9)
new: UPDATE teams SET number = 109 WHERE number = 102
old: SELECT * FROM games ORDER BY id
old: DELETE FROM teams WHERE number = 7
new: SELECT * FROM games ORDER BY id
