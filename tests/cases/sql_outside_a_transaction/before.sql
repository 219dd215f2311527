CREATE TABLE people (id int PRIMARY KEY, mail text);
INSERT INTO people VALUES (1, 'ann@example.com');
