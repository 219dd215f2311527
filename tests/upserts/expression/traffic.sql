both: INSERT INTO users (email) VALUES ('user{n}@example') ON CONFLICT (lower(email)) DO UPDATE SET visits = users.visits + 1
both: INSERT INTO users (email) VALUES ('User{n}@Example') ON CONFLICT (lower(email)) DO UPDATE SET email = excluded.email
both: INSERT INTO users (email) VALUES ('USER{n}@example') ON CONFLICT DO NOTHING
both: DELETE FROM users WHERE lower(email) = 'user{n}@example'
both: BEGIN; INSERT INTO users (email) VALUES ('uSer{n}@example') ON CONFLICT (lower(email)) DO UPDATE SET visits = 0; INSERT INTO users (email) VALUES ('usEr{m}@example') ON CONFLICT (lower(email)) DO NOTHING; COMMIT
