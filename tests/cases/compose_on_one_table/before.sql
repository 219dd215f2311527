CREATE TABLE items (id int PRIMARY KEY, price text NOT NULL, vat text NOT NULL DEFAULT '0', name text);
INSERT INTO items VALUES (1, '10', '2', 'tea'), (2, '20', '4', 'salt');
