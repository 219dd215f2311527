old: SELECT * FROM all_users ORDER BY id
new: SELECT * FROM all_users ORDER BY id
new: INSERT INTO all_users (name, city) VALUES ('Dan', 'Oslo')
old: SELECT * FROM names ORDER BY id
