CREATE TABLE fruits (id int PRIMARY KEY, name text NOT NULL, price int);
INSERT INTO fruits VALUES (1, 'apple', 3), (2, 'pear', 4);
