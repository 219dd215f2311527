CREATE TABLE reviews (id int PRIMARY KEY, rating text NOT NULL DEFAULT '0', product text NOT NULL);
CREATE INDEX reviews_rating_idx ON reviews (rating DESC, product) WHERE product <> '';
ALTER TABLE reviews ADD CONSTRAINT a_rating CHECK (rating <> '');
INSERT INTO reviews VALUES (1, '5', 'tea'), (2, '3', 'salt'), (3, '0', 'soap');
