CREATE TABLE groups (id int CONSTRAINT groups_key PRIMARY KEY);
CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email UNIQUE, name text CONSTRAINT one CHECK (name <> ''),
  age int CONSTRAINT two CHECK (age > 0), grp int CONSTRAINT users_grp REFERENCES groups);
ALTER TABLE users ADD CONSTRAINT users_pair EXCLUDE (age WITH =);
INSERT INTO groups VALUES (1);
INSERT INTO users VALUES (1, 'a@b', 'Ann', 1, 1);
