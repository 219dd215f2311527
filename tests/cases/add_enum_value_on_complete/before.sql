CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE people (id int PRIMARY KEY, mood mood);
CREATE VIEW sad_people AS SELECT id FROM people WHERE mood = 'sad';
INSERT INTO people VALUES (1, 'sad');
