old: INSERT INTO tickets (title) VALUES ('old') RETURNING id
new: INSERT INTO tickets (title) VALUES ('new') RETURNING id
new: INSERT INTO tickets (id, title) VALUES (10, 'new') ON CONFLICT (id) DO NOTHING
old: INSERT INTO tickets (id, title) VALUES (10, 'old') ON CONFLICT (id) DO UPDATE SET title = excluded.title
new: UPDATE tickets SET id = 11 WHERE id = 10
new: INSERT INTO tickets (id, title) VALUES (3000000000, 'too large for the old version')
old: INSERT INTO badges DEFAULT VALUES RETURNING *
new: INSERT INTO badges DEFAULT VALUES RETURNING *
