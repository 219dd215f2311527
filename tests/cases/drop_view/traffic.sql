old: SELECT * FROM top
old: SELECT id, name FROM adults ORDER BY id
new: SELECT * FROM top
new: INSERT INTO users VALUES (7, 'Gil')
new: SELECT * FROM users ORDER BY 1
old: SELECT * FROM users ORDER BY id
old: UPDATE adults SET mail = NULL WHERE id = 1
new: INSERT INTO orders VALUES (4, 7)
old: REFRESH MATERIALIZED VIEW CONCURRENTLY spent
old: SELECT * FROM spent ORDER BY id
new: SELECT * FROM numbers ORDER BY id
