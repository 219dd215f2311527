new: UPDATE tasks SET points = NULL, label = NULL WHERE id IN (1, 2, 3, 4)
old: UPDATE tasks SET state = 'done' WHERE id = 1
new: UPDATE tasks SET state = 'done' WHERE id = 2
new: UPDATE tasks SET state = 'done', points = 33 WHERE id = 3
old: UPDATE tasks SET state = 'done', name = 'FOUR' WHERE id = 4
new: UPDATE tasks SET state = 'done', points = NULL WHERE id = 5
new: UPDATE tasks SET points = NULL, label = NULL WHERE id IN (6, 7)
old: UPDATE tasks SET state = 'done' WHERE id = 6
new: UPDATE tasks SET points = NULL, label = NULL WHERE id = 12
old: UPDATE tasks SET state = 'done', name = 'shout' WHERE id = 12
old: BEGIN
old: SAVEPOINT moved
old: UPDATE tasks SET state = 'done' WHERE id = 9
old: ROLLBACK TO SAVEPOINT moved
old: UPDATE tasks SET state = 'again' WHERE id = 9
old: INSERT INTO tasks VALUES (9, 'done', 'another', '99')
old: COMMIT
old: UPDATE tasks SET state = 'new' WHERE state = 'done' AND id < 5
old: DO $$ BEGIN UPDATE tasks SET state = 'again' WHERE id = 11; DELETE FROM tasks WHERE id = 11; INSERT INTO tasks VALUES (11, 'again', 'fresh', '11'); END $$
new: INSERT INTO tasks (id, state, name, label) VALUES (10, 'done', 'ten', NULL)
old: SELECT * FROM tasks ORDER BY id, state
new: SELECT * FROM tasks ORDER BY id, state
new: UPDATE notes SET text = NULL
old: UPDATE notes SET day = '2026-02-01' WHERE day < '2026-02-01'
old: UPDATE notes SET size = size + 5
old: SELECT * FROM notes ORDER BY day, kind, size
new: SELECT * FROM notes ORDER BY day, kind, size
