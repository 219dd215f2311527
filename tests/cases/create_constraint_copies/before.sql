CREATE TABLE tickets (id int PRIMARY KEY, seller text, zip int, note text);
INSERT INTO tickets VALUES (1, 'ann', 0, 'x'), (2, 'Bob', 7, NULL), (3, 'Bob', 9, NULL);
