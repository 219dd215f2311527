CREATE TYPE mood AS ENUM ('sad', 'glad', 'it''s ok');
CREATE TABLE people (
  id int PRIMARY KEY,
  mood mood DEFAULT 'glad',
  CONSTRAINT ok CHECK (mood = 'glad' OR mood > 'sad' OR id < 100));
CREATE INDEX people_glad_idx ON people (id) WHERE mood = 'glad';
INSERT INTO people VALUES (1, 'sad'), (2, 'glad'), (3, 'it''s ok'), (4, NULL);
