CREATE TABLE fruits (id int PRIMARY KEY, name text, price numeric(10,2) NOT NULL);
CREATE INDEX ON fruits (price);
INSERT INTO fruits VALUES (1, 'apple', 1.20);
