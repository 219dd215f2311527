CREATE TABLE groups (id int PRIMARY KEY, name text);
CREATE TABLE users (id int CONSTRAINT users_key PRIMARY KEY, email text CONSTRAINT users_email UNIQUE,
  age int CONSTRAINT users_age CHECK (age > 0), grp int CONSTRAINT users_grp REFERENCES groups, during int4range,
  CONSTRAINT users_during EXCLUDE USING gist (during WITH &&), CONSTRAINT users_pair UNIQUE (age, grp));
INSERT INTO groups VALUES (1, 'g');
INSERT INTO users VALUES (1, 'a@b', 1, 1, '[1,2)');
