CREATE TABLE people (id int PRIMARY KEY, name text, happy boolean);
INSERT INTO people VALUES (1, 'Ann', true), (2, 'Bob', false), (3, 'Cyd', NULL);
