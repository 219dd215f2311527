CREATE TABLE fruits (id int PRIMARY KEY, name text, price int, note text);
CREATE INDEX fruits_name ON fruits (lower(name)) WHERE price > 1;
CREATE UNIQUE INDEX fruits_price ON fruits (price);
CREATE INDEX fruits_note ON fruits (note);
INSERT INTO fruits VALUES (1, 'apple', 3, 'x');
