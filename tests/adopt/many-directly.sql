-- What `02_many` comes to where nobody uses the tables: names as pgroll gives them.
UPDATE users SET age = COALESCE(age, 1), team = COALESCE(team, 1);
ALTER TABLE users ALTER email TYPE varchar(100), ALTER age TYPE bigint, ALTER age SET NOT NULL, ALTER team SET NOT NULL,
  ADD CONSTRAINT users_age_unique UNIQUE (age), ADD COLUMN rank int CONSTRAINT rank UNIQUE CONSTRAINT rank_positive CHECK (rank > 0),
  DROP COLUMN note;
UPDATE users SET rank = id, seen = 0;
ALTER TABLE users ALTER rank SET NOT NULL;
ALTER TABLE teams RENAME name TO title;
CREATE TABLE logs (id int PRIMARY KEY);
CREATE INDEX users_name_id ON users (name, id);
