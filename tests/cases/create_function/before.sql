CREATE TABLE products (id int PRIMARY KEY, price numeric(10, 2) NOT NULL);
INSERT INTO products VALUES (1, 1.99), (2, 20);
