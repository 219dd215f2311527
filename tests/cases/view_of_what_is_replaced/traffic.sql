old: SELECT id, name, mail, age FROM adults ORDER BY id
new: SELECT id, name, mail, age, city FROM adults ORDER BY id
new: UPDATE adults SET age = 120 WHERE id = 3
new: SELECT age FROM users ORDER BY id
old: SELECT age FROM users ORDER BY id
old: INSERT INTO adults (name, age) VALUES ('Dan', 50)
new: SELECT age, city FROM adults WHERE name = 'Dan'
old: SELECT * FROM grown ORDER BY 1
new: SELECT * FROM grown ORDER BY 1
old: SELECT * FROM ages ORDER BY 1
new: SELECT * FROM ages ORDER BY 1
old: SELECT pg_typeof(age) FROM adults LIMIT 1
new: SELECT pg_typeof(age) FROM adults LIMIT 1
