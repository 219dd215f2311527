CREATE TYPE mood AS ENUM ('sad', 'glad');
COMMENT ON TYPE mood IS 'how people are';
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO pg_monitor WITH GRANT OPTION;
CREATE TABLE people (
  id int PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'glad',
  name text,
  CONSTRAINT nobody_is_sad CHECK (mood <> 'sad' OR name <> 'Zoe'));
CREATE INDEX people_sad_idx ON people (name) WHERE mood = 'sad';
CREATE UNIQUE INDEX people_mood_idx ON people (mood DESC, id);
COMMENT ON COLUMN people.mood IS 'today';
CREATE TABLE pets (id int PRIMARY KEY, mood mood, other mood DEFAULT 'sad');
CREATE TABLE stones (id int PRIMARY KEY);
INSERT INTO people VALUES (1, 'sad', 'Ann'), (2, 'glad', 'Bob');
INSERT INTO pets VALUES (1, 'glad', 'sad'), (2, NULL, NULL);
