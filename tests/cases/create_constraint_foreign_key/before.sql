CREATE TABLE people (id int PRIMARY KEY, name text, boss int);
CREATE TABLE pets (id int PRIMARY KEY, owner text);
INSERT INTO people VALUES (1, 'Ann', NULL), (2, 'Bob', 1);
INSERT INTO pets VALUES (1, 'Bob'), (2, 'nobody');
