CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email UNIQUE);
CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL CONSTRAINT posts_title CHECK (length(title) > 3),
  author int CONSTRAINT posts_author REFERENCES users ON DELETE CASCADE);
INSERT INTO users VALUES (1, 'a@b'), (2, NULL);
INSERT INTO posts VALUES (1, 'Hello', 1), (2, 'World', NULL);
