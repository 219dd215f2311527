CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE "Size" AS ENUM ('s', 'm');
CREATE TABLE people (id int PRIMARY KEY, mood mood, size "Size" DEFAULT 'm', note text);
INSERT INTO people VALUES (1, 'sad', 's', 'glad'), (2, 'glad', 'm', 'sad'), (3, NULL, NULL, NULL);
