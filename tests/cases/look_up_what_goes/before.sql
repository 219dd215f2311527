CREATE TABLE kinds (id int PRIMARY KEY, title text);
CREATE TABLE things (id int PRIMARY KEY, kind int REFERENCES kinds, rank int);
INSERT INTO kinds VALUES (1, 'box'), (2, 'bag');
INSERT INTO things VALUES (1, 1, 5), (2, 2, NULL);
