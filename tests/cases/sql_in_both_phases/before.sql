CREATE TABLE people (id int PRIMARY KEY, name text);
CREATE TABLE pets (id int PRIMARY KEY);
INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob');
