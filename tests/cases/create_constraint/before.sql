CREATE TABLE sellers (name text, zip int, PRIMARY KEY (name, zip));
CREATE TABLE tickets (id int PRIMARY KEY, seller text, zip int, row text, seat int, price int, during int4range,
  EXCLUDE USING gist (during WITH &&));
INSERT INTO sellers VALUES ('Ann', 10), ('Bob', 20);
INSERT INTO tickets VALUES (1, 'Ann', 10, 'A', 1, 5, '[1,2)'), (2, NULL, NULL, 'A', 2, 7, '[2,3)');
