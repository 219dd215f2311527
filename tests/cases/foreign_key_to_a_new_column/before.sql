CREATE TABLE places (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE people (id int PRIMARY KEY, lives int, name text);
CREATE TABLE teams (number int PRIMARY KEY, title text);
CREATE TABLE games (id int PRIMARY KEY, home int);
INSERT INTO places VALUES (1, 'Rome'), (2, 'Oslo');
INSERT INTO people VALUES (1, 1, 'Ann'), (2, 2, 'Bob'), (3, NULL, 'Cid');
INSERT INTO teams VALUES (1, 'one'), (2, 'two');
INSERT INTO games VALUES (1, 1), (2, 2);
