CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE size AS ENUM ('S', 'L');
CREATE TABLE people (id int PRIMARY KEY, mood mood NOT NULL DEFAULT 'glad', name text);
CREATE TABLE shirts (id int PRIMARY KEY, size size);
CREATE INDEX people_mood_idx ON people (mood);
INSERT INTO people VALUES (1, 'sad', 'Ann'), (2, 'glad', 'Bob');
INSERT INTO shirts VALUES (1, 'L');
