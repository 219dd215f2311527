CREATE TABLE reviews (id int PRIMARY KEY, rating text DEFAULT '0', product text NOT NULL);
CREATE INDEX reviews_rating_idx ON reviews (rating DESC NULLS LAST, product) WHERE product <> '';
INSERT INTO reviews VALUES (1, '5', 'tea'), (2, '3', 'salt'), (3, NULL, 'soap');
