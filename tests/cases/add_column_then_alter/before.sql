CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, age text);
INSERT INTO users VALUES (1, 'ann', '31'), (2, 'bob', NULL);
