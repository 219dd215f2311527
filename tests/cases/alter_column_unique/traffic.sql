old: INSERT INTO users (email) VALUES ('a@b') ON CONFLICT (email) DO UPDATE SET visits = users.visits + 1
new: INSERT INTO users (email) VALUES ('c@d') ON CONFLICT (email) DO UPDATE SET visits = users.visits + 1
new: INSERT INTO users (email) VALUES ('e@f') ON CONFLICT DO NOTHING
old: INSERT INTO users (email) VALUES ('e@f') ON CONFLICT (email) DO NOTHING
old: INSERT INTO users (email) VALUES ('e@f')
old: UPDATE users SET email = 'g@h' WHERE email = 'e@f'
