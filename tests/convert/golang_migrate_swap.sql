-- Written by hand in the manner of golang-migrate: a table in the place of another one.
CREATE TABLE events_new (id bigint PRIMARY KEY, kind text NOT NULL);
INSERT INTO events_new SELECT id, kind FROM events;
DROP TABLE events;
ALTER TABLE events_new RENAME TO events;
