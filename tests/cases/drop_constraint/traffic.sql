old: INSERT INTO posts VALUES (3, 'abc', 1)
new: INSERT INTO posts VALUES (3, 'abc', 9)
old: INSERT INTO posts VALUES (4, 'long', 9)
old: INSERT INTO posts VALUES (4, 'long', 1)
new: INSERT INTO users VALUES (3, 'a@b')
old: INSERT INTO users VALUES (4, 'a@b')
new: DELETE FROM users WHERE id = 1
