CREATE TABLE sellers (name text, zip int, PRIMARY KEY (name, zip));
CREATE TABLE tickets (id int PRIMARY KEY, seller text, zip int, seat int,
  CONSTRAINT tickets_check CHECK (seller = 'Ann' OR zip > 0), CONSTRAINT tickets_seat UNIQUE (seller, seat),
  CONSTRAINT tickets_seller FOREIGN KEY (seller, zip) REFERENCES sellers);
INSERT INTO sellers VALUES ('Ann', 10), ('Bob', 20), ('Ann', 0);
INSERT INTO tickets VALUES (1, 'Ann', 0, 1), (2, 'Bob', 20, 2);
