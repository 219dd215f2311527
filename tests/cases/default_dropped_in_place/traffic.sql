old: INSERT INTO users (id) VALUES (2)
new: INSERT INTO users (id, age) VALUES (3, 30)
new: INSERT INTO users (id) VALUES (4)
new: UPDATE users SET role = DEFAULT WHERE id = 1
old: UPDATE users SET age = DEFAULT WHERE id = 1
