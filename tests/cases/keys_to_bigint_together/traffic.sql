old: INSERT INTO staff (name, boss) VALUES ('Eve', 3) RETURNING *
new: INSERT INTO staff (name, boss) VALUES ('Fay', 4) RETURNING *
old: UPDATE staff SET id = 20 WHERE id = 2
new: SELECT * FROM staff ORDER BY id
new: UPDATE staff SET id = 30, boss = 1 WHERE id = 3
old: SELECT * FROM staff ORDER BY id
new: UPDATE staff SET boss = 40 WHERE id = 4
old: UPDATE staff SET boss = id WHERE id = 4
new: UPDATE staff SET id = 44 WHERE id = 4
old: DELETE FROM staff WHERE id = 20
new: DELETE FROM staff WHERE id = 1
new: UPDATE staff SET id = 7 WHERE id = 1
old: SELECT * FROM staff ORDER BY id
old: UPDATE projects SET tenant = 3, id = 30 WHERE tenant = 1 AND id = 1
new: SELECT * FROM tasks ORDER BY tenant, id
new: SELECT * FROM links ORDER BY url
new: UPDATE projects SET tenant = 4, number = 40 WHERE tenant = 1 AND number = 2
old: SELECT * FROM tasks ORDER BY tenant, id
new: INSERT INTO tasks VALUES (4, 9, 41, 'NOWHERE')
new: INSERT INTO tasks VALUES (4, 9, 40, 'SOMEWHERE') RETURNING *
old: DELETE FROM projects WHERE tenant = 3
new: DELETE FROM projects WHERE tenant = 2
old: SELECT * FROM links ORDER BY url
new: SELECT * FROM tasks ORDER BY tenant, id
new: UPDATE people SET home = 2 WHERE id = 2
new: INSERT INTO homes VALUES (2, 'South')
old: UPDATE people SET home = 2 WHERE id = 2
old: DELETE FROM people WHERE id = 1
new: SELECT * FROM people
new: DELETE FROM homes
old: SELECT * FROM people
old: UPDATE teams SET number = 7 WHERE number = 1
new: SELECT * FROM games ORDER BY id
new: UPDATE teams SET number = 109 WHERE number = 102
old: SELECT * FROM games ORDER BY id
new: INSERT INTO games VALUES (3, 9)
old: DELETE FROM teams WHERE number = 7
new: SELECT * FROM games ORDER BY id
