CREATE TABLE notes (id int PRIMARY KEY, body text, size int GENERATED ALWAYS AS (length(body)) STORED,
  price int, twice int GENERATED ALWAYS AS (price * 2) STORED UNIQUE);
INSERT INTO notes (id, body, price) VALUES (1, 'one', 5);
