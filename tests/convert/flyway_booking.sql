-- Written by hand in the manner of Flyway: an exclusion constraint, keys of several columns, deferred ones.
CREATE TABLE rooms (building int, number int, PRIMARY KEY (building, number));
CREATE TABLE bookings (
  id int GENERATED ALWAYS AS IDENTITY,
  building int NOT NULL, number int NOT NULL,
  during tsrange NOT NULL,
  CONSTRAINT bookings_pk PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) WHERE (number > 0),
  FOREIGN KEY (building, number) REFERENCES rooms (building, number) MATCH FULL ON UPDATE CASCADE ON DELETE RESTRICT,
  CHECK (building > 0 AND number >= 0),
  CHECK (upper(during) IS NOT NULL)
);
ALTER TABLE bookings REPLICA IDENTITY FULL;
