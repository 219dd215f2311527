CREATE TABLE reviews (id int PRIMARY KEY, rating text, most int NOT NULL DEFAULT 5, unit text NOT NULL DEFAULT '');
CREATE INDEX reviews_rating ON reviews (rating);
INSERT INTO reviews VALUES (1, '4', 5, ''), (2, NULL, 5, ''), (3, '10 stars', 10, ' stars');
