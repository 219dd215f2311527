-- Postgres would not drop a column that the condition, or an expression, of an exclusion constraint reads.
CREATE TABLE bookings (id int PRIMARY KEY, cancelled boolean NOT NULL DEFAULT false, low int, high int, span int4range,
  CONSTRAINT bookings_apart EXCLUDE USING gist (span WITH &&) WHERE (NOT cancelled),
  CONSTRAINT bookings_spaced EXCLUDE USING gist (int4range(low, high) WITH &&));
INSERT INTO bookings VALUES (1, false, 1, 5, '[1,5)'), (2, true, 7, 9, '[2,3)');
