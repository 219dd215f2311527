CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE people (id int PRIMARY KEY, mood mood);
INSERT INTO people VALUES (1, 'sad'), (2, 'glad');
