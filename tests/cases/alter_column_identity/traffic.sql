old: INSERT INTO bills (title) VALUES ('old') RETURNING *
new: INSERT INTO bills (title) VALUES ('new') RETURNING *
new: INSERT INTO bills (id, number, title) VALUES (DEFAULT, DEFAULT, 'default') RETURNING *
new: INSERT INTO bills (id, number, title) OVERRIDING SYSTEM VALUE VALUES (7, 70, 'given') RETURNING *
old: INSERT INTO bills (id, number, title) VALUES (8, 80, 'given') RETURNING *
old: INSERT INTO bills (id, number, title) OVERRIDING SYSTEM VALUE VALUES (8, 80, 'given') RETURNING *
new: INSERT INTO bills (number, title) VALUES (90, 'one of two') RETURNING *
new: INSERT INTO bills (id, title) VALUES (7, 'again') ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING *
new: INSERT INTO bills (number, title) VALUES (100000, 'too large for the old version')
new: SET ROLE pg_signal_backend
new: INSERT INTO bills (title) VALUES ('another role')
