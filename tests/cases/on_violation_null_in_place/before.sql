CREATE TABLE people (id int PRIMARY KEY, age int, mail text UNIQUE);
INSERT INTO people VALUES (1, 20, 'ann@home'), (2, NULL, NULL);
