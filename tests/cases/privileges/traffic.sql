old: SET ROLE pg_monitor
new: SET ROLE pg_monitor
old: SELECT id, name FROM people
new: SELECT id, name FROM people
new: SELECT secret FROM people
old: INSERT INTO people (id, name) VALUES (2, 'Bob')
new: INSERT INTO people (id, name) VALUES (3, 'Cleo') RETURNING name
new: UPDATE people SET name = 'Dora' WHERE id = 2
new: UPDATE people SET id = 9
new: SELECT * FROM pets
new: INSERT INTO pets VALUES (1)
