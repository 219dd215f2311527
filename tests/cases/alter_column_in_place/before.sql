CREATE TABLE groups (id int PRIMARY KEY);
CREATE TABLE users (id int PRIMARY KEY, email text DEFAULT 'none', grp int, age int NOT NULL);
INSERT INTO groups VALUES (1);
INSERT INTO users VALUES (1, 'a@b', 1, 20);
