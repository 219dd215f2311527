-- Keys that INCLUDE a column, of which only that is replaced.
CREATE TABLE seats (id int, row int, place int, note text, PRIMARY KEY (id) INCLUDE (row),
  CONSTRAINT seats_place UNIQUE (place) INCLUDE (note, row) DEFERRABLE, CONSTRAINT seats_once UNIQUE (place, note) INCLUDE (row));
COMMENT ON CONSTRAINT seats_pkey ON seats IS 'known by their numbers';
ALTER TABLE seats REPLICA IDENTITY USING INDEX seats_pkey;
CREATE TABLE tickets (seat int CONSTRAINT tickets_seat REFERENCES seats);
INSERT INTO seats VALUES (1, 10, 1, 'a'), (2, 20, 2, 'b');
INSERT INTO tickets VALUES (1);
