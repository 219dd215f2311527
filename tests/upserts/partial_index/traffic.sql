both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) WHERE active DO UPDATE SET visits = users.visits + 1
both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) WHERE active DO NOTHING
both: INSERT INTO users (email, active) VALUES ('user{n}@example', false) ON CONFLICT (email) WHERE active DO NOTHING
both: UPDATE users SET active = false WHERE email = 'user{n}@example' AND active
both: DELETE FROM users WHERE id = (SELECT min(id) FROM users WHERE email = 'user{n}@example' AND NOT active)
both: BEGIN; INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (email) WHERE active DO UPDATE SET visits = 0; INSERT INTO users (email) VALUES ('user{m}@example') ON CONFLICT (email) WHERE active DO NOTHING; COMMIT
