CREATE TABLE parcels (id int PRIMARY KEY, weight int, size text);
INSERT INTO parcels VALUES (1, 5, '2x3'), (2, -5, 'small'), (3, NULL, NULL);
