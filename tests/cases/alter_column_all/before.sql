CREATE TABLE kinds (name text PRIMARY KEY);
CREATE TABLE events (id int PRIMARY KEY, name varchar(255) DEFAULT '<placeholder>');
COMMENT ON COLUMN events.name IS 'the name';
INSERT INTO kinds VALUES ('placeholder'), ('party'), ('concert');
INSERT INTO events VALUES (1, 'party'), (2, NULL);
