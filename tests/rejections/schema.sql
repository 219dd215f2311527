CREATE TABLE users (
  id int PRIMARY KEY,
  name text NOT NULL,
  email text CHECK (email LIKE '%@%'),
  age int DEFAULT 18,
  secret text NOT NULL DEFAULT 'x',
  code varchar(10)
);
CREATE INDEX users_email_idx ON users (email);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total numeric(10, 2) NOT NULL, state text);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
CREATE TABLE notes (id int PRIMARY KEY, body text, owner text, size int GENERATED ALWAYS AS (length(body)) STORED);
CREATE POLICY own_notes ON notes USING (owner = current_user);
CREATE TABLE events (id int PRIMARY KEY, kind text, place text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER told AFTER UPDATE OF place ON events FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO users (id, name) VALUES (1, 'Ann');
CREATE TABLE visits (id int, page text) PARTITION BY RANGE (id);
CREATE TABLE stays (id int PRIMARY KEY, during int4range, CONSTRAINT stays_apart EXCLUDE USING gist (during WITH &&));
CREATE TABLE bookings (id int PRIMARY KEY, low int, high int, note text,
  CONSTRAINT bookings_apart EXCLUDE USING gist (int4range(low, high) WITH &&) WHERE (note IS NULL));
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TYPE flavor AS ENUM ('sweet', 'sour');
CREATE TYPE rank AS ENUM ('low', 'high');
CREATE TABLE guests (id int PRIMARY KEY, mood mood DEFAULT 'sad', colors color[], note text DEFAULT ('glad'::mood)::text);
CREATE TABLE ranks (rank rank PRIMARY KEY);
CREATE TABLE ranked (rank rank REFERENCES ranks);
CREATE TYPE tone AS ENUM ('low', 'high');
CREATE FUNCTION tone_of(int) RETURNS tone IMMUTABLE LANGUAGE sql AS 'SELECT enum_first(NULL::tone)';
CREATE TABLE bells (id int PRIMARY KEY, tone tone GENERATED ALWAYS AS (tone_of(id)) STORED);
CREATE TYPE pitch AS ENUM ('flat', 'sharp');
CREATE TABLE horns (pitch pitch NOT NULL);
CREATE UNIQUE INDEX horns_pitch ON horns (pitch);
ALTER TABLE horns REPLICA IDENTITY USING INDEX horns_pitch;
CREATE FUNCTION taste(flavor) RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION price_of(int) RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION price_of(text) RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION this_year() RETURNS int STABLE LANGUAGE sql RETURN 2026;
CREATE TABLE years (id int PRIMARY KEY, year int DEFAULT this_year());
CREATE TABLE offers (
  id int PRIMARY KEY, price int NOT NULL, place int NOT NULL, at timestamp(6), rate float8, exact numeric(10,4), code name,
  doubled int GENERATED ALWAYS AS (price * 2) STORED
);
CREATE RULE remember AS ON DELETE TO offers DO ALSO SELECT OLD.at;
CREATE UNIQUE INDEX offers_by_place ON offers (price, place);
ALTER TABLE offers REPLICA IDENTITY USING INDEX offers_by_place;
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TABLE stages (id int, kind text, page text) PARTITION BY RANGE (id);
CREATE TABLE stages_1 PARTITION OF stages FOR VALUES FROM (0) TO (9) PARTITION BY LIST (kind);
CREATE INDEX stages_page ON stages (page);
CREATE MATERIALIZED VIEW totals AS SELECT 1 AS total;
CREATE TABLE seats (id int, line text, number int, place text DEFAULT 'hall', price int, level int, color int, look int NOT NULL) PARTITION BY RANGE (id);
CREATE INDEX seats_level ON seats (level);
CREATE TABLE seats_1 (LIKE seats INCLUDING ALL);
ALTER TABLE seats_1 ALTER COLUMN place SET DEFAULT 'loft', ALTER COLUMN line SET NOT NULL;
ALTER TABLE seats ATTACH PARTITION seats_1 FOR VALUES FROM (0) TO (9);
GRANT SELECT (color) ON seats_1 TO pg_monitor;
CREATE UNIQUE INDEX seats_look ON seats (id, look);
ALTER TABLE seats_1 ALTER COLUMN id SET NOT NULL, ALTER COLUMN look SET NOT NULL;
ALTER TABLE seats_1 REPLICA IDENTITY USING INDEX seats_1_id_look_idx;
CREATE TABLE benches (id int, zone int, place int, spot int, line int, note text) PARTITION BY RANGE (id);
CREATE TABLE benches_1 PARTITION OF benches DEFAULT PARTITION BY LIST (zone);
CREATE TABLE benches_1_d PARTITION OF benches_1 DEFAULT;
CREATE INDEX benches_1_place ON benches_1 (place);
CREATE TABLE benches_2 PARTITION OF benches FOR VALUES FROM (0) TO (9);
ALTER TABLE benches_2 ADD CONSTRAINT benches_2_line UNIQUE (line) INCLUDE (note), ADD CONSTRAINT benches_2_spot EXCLUDE (spot WITH =);
CREATE TABLE backs (line int REFERENCES benches_2 (line));
CREATE VIEW dear_seats AS SELECT id FROM seats_1 WHERE price > 9;
CREATE TABLE queue (id int, name text) PARTITION BY RANGE (id);
CREATE TABLE queue_1 PARTITION OF queue DEFAULT;
CREATE TRIGGER "~z" BEFORE INSERT ON queue_1 FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TABLE animals (id int PRIMARY KEY, legs int);
CREATE TABLE birds () INHERITS (animals);
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far_away FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE stars (id int, size int) SERVER far_away;
CREATE TABLE planets (id int, size int) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE planets_1 PARTITION OF planets FOR VALUES FROM (0) TO (9) SERVER far_away;
CREATE SCHEMA elsewhere;
CREATE TABLE spots (id int PRIMARY KEY);
CREATE TABLE elsewhere.signs (spot int REFERENCES spots);
CREATE TABLE zones (id int PRIMARY KEY);
CREATE TABLE fares (zone int, price int) PARTITION BY RANGE (price);
CREATE TABLE fares_1 PARTITION OF fares DEFAULT;
ALTER TABLE fares_1 ADD FOREIGN KEY (zone) REFERENCES zones;
CREATE TABLE tracks (id int PRIMARY KEY);
CREATE TABLE trains (track int REFERENCES tracks, day date) PARTITION BY RANGE (day);
CREATE TABLE racks (id int PRIMARY KEY);
CREATE TABLE books (rack smallint REFERENCES racks, old_rack int REFERENCES racks);
CREATE TABLE shelves (id int PRIMARY KEY, label text, place text, size int);
CREATE VIEW anew AS SELECT s.b FROM shelves AS s (a, b, c, d);
CREATE TRIGGER labelled AFTER UPDATE ON shelves FOR EACH ROW WHEN (OLD.label < NEW.label) EXECUTE FUNCTION tell();
CREATE VIEW labels AS SELECT label FROM shelves;
CREATE MATERIALIZED VIEW how_many AS SELECT count(*) FROM labels;
CREATE VIEW as_row AS SELECT ROW(id, label, place, size)::shelves AS shelf FROM shelves;
CREATE TABLE crates (id int PRIMARY KEY, label text, place text, size int);
CREATE VIEW crate_labels AS SELECT label, place FROM crates;
CREATE VIEW crate_places AS SELECT c.place, d.label FROM crates c JOIN crate_labels d USING (place);
CREATE MATERIALIZED VIEW crate_sizes AS SELECT size FROM crates;
CREATE TABLE sites (id int PRIMARY KEY);
CREATE TABLE elsewhere.parts (crate int REFERENCES crates, site int REFERENCES sites);
CREATE TABLE visitors (id int, name text, host int, CONSTRAINT visitors_once UNIQUE (id, name), CONSTRAINT visitors_host FOREIGN KEY (host) REFERENCES users)
  PARTITION BY RANGE (id);
CREATE TABLE wards (id int, part int, above int, PRIMARY KEY (id, part), CONSTRAINT wards_above FOREIGN KEY (above, part) REFERENCES wards)
  PARTITION BY RANGE (part);
CREATE TYPE shape AS (id int, sides int);
CREATE TABLE shapes OF shape;
CREATE TABLE coins (id int PRIMARY KEY, worth int, face text);
CREATE DOMAIN coin AS coins;
CREATE TYPE elsewhere.purse AS (name text, holds coin[]);
CREATE TABLE elsewhere.pockets (id int, purse elsewhere.purse);
CREATE UNLOGGED TABLE drafts (id int PRIMARY KEY, author int);
CREATE TABLE clocks (id int PRIMARY KEY, tick int);
CREATE TRIGGER "~straddle_sync" BEFORE INSERT ON clocks FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TABLE logs (id int, line text);
CREATE TABLE posts (id int, part int, line text, PRIMARY KEY (id, part));
CREATE TABLE counts (id int PRIMARY KEY DEFERRABLE, total int) PARTITION BY RANGE (id);
CREATE TABLE counts_1 PARTITION OF counts DEFAULT;
CREATE PUBLICATION news FOR TABLE logs, posts, counts;
ALTER TABLE animals ADD CONSTRAINT legs_check CHECK (legs > 0);
CREATE TABLE alone (only_one int);
CREATE TYPE idle AS ENUM ('never');
CREATE TYPE grade AS ENUM ('good', 'best');
CREATE TABLE graded (id int PRIMARY KEY, grade grade GENERATED ALWAYS AS ('good'::grade) STORED);
DO $$ BEGIN EXECUTE (SELECT format('CREATE TABLE wide (%s)', string_agg(format('c%s int', n), ', ')) FROM generate_series(1, 101) AS n); END $$;
CREATE TABLE pairs (number int NOT NULL);
CREATE UNIQUE INDEX pairs_first ON pairs (number);
CREATE UNIQUE INDEX pairs_second ON pairs (number);
CREATE TABLE hosts (id int PRIMARY KEY);
CREATE TABLE seatings (host int DEFAULT 1 REFERENCES hosts ON DELETE SET DEFAULT);
CREATE TABLE lanes (id int, part int, PRIMARY KEY (id, part) WITH (fillfactor = 70)) PARTITION BY RANGE (part);
CREATE TABLE steps (id int, page text) PARTITION BY RANGE (id);
CREATE TABLE steps_1 PARTITION OF steps FOR VALUES FROM (0) TO (9) PARTITION BY LIST (lower(page));
CREATE TYPE hue AS ENUM ('light', 'dark');
CREATE TABLE elsewhere.lamps (id int PRIMARY KEY, _straddle_new_hue hue);
CREATE TABLE lockers (id int, shelf int, PRIMARY KEY (id) INCLUDE (shelf));
CREATE TABLE keys (locker int CONSTRAINT keys_locker REFERENCES lockers);
