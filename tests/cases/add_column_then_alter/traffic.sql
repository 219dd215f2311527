old: INSERT INTO users VALUES (10, 'old', '40')
old: INSERT INTO users VALUES (11, 'young', '10')
new: INSERT INTO users (id, name, label, note) VALUES (20, 'new', 'NEW!', 'mine')
new: INSERT INTO users (id, name, label, note) VALUES (21, 'new', 'NEW!', 'a label twice')
old: UPDATE users SET name = 'anna' WHERE id = 1
new: UPDATE users SET years = 32 WHERE id = 1
new: UPDATE users SET label = 'B' WHERE id = 2
old: SELECT * FROM users ORDER BY id
new: SELECT * FROM users ORDER BY id
