CREATE TABLE words (id int PRIMARY KEY, plain text, own text COLLATE "C", third text COLLATE "C");
CREATE INDEX words_plain ON words (plain);
INSERT INTO words VALUES (1, 'a', 'b', 'c'), (2, 'B', 'C', 'd');
