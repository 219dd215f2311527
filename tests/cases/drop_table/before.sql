CREATE TABLE products (id int PRIMARY KEY);
CREATE TABLE shelves (id int PRIMARY KEY, product int REFERENCES products);
INSERT INTO products VALUES (1);
