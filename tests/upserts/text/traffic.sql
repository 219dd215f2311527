both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) DO UPDATE SET visits = users.visits + 1
both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) DO NOTHING
both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT DO NOTHING
both: DELETE FROM users WHERE email = 'user{n}@example'
both: BEGIN; INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) DO UPDATE SET visits = 0; INSERT INTO users (email) VALUES ('user{m}@example') ON CONFLICT (email) DO UPDATE SET visits = users.visits + 1; COMMIT
both: INSERT INTO users (email) VALUES ('user{n}@example'), ('user{m}@example') ON CONFLICT (email) DO UPDATE SET email = excluded.email
