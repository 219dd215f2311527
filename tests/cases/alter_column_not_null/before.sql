CREATE TABLE reviews (id serial PRIMARY KEY, product text NOT NULL, review text);
INSERT INTO reviews (product, review) VALUES ('tea', 'good'), ('salt', NULL);
