CREATE TABLE words (word text NOT NULL);
INSERT INTO words VALUES ('a'), ('b'), ('c');
