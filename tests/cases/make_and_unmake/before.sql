CREATE TABLE parcels (id int PRIMARY KEY, weight int NOT NULL, label text, words tsvector);
INSERT INTO parcels VALUES (1, 10, 'one', 'one'), (2, 20, 'two', 'two');
