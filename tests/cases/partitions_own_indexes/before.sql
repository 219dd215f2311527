-- What each partition has of its own: none of it is an index of the table.
CREATE SCHEMA far;
CREATE TABLE visits (id int NOT NULL, day int NOT NULL, page text, seat int) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX visits_1_id ON visits_1 (id) WITH (fillfactor = 70);
COMMENT ON INDEX visits_1_id IS 'one each';
CREATE INDEX visits_1_page ON visits_1 USING btree (page COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (seat) WHERE page <> 'none';
CREATE INDEX visits_1_words ON visits_1 (lower(page), (page || '!'), day);
ALTER INDEX visits_1_words ALTER COLUMN 1 SET STATISTICS 77;
ALTER TABLE visits_1 CLUSTER ON visits_1_id;
-- With its columns in other places, and in another schema.
CREATE TABLE far.visits_2 (gone int, seat int, page text, day int NOT NULL, id int NOT NULL CONSTRAINT visits_2_key PRIMARY KEY);
ALTER TABLE far.visits_2 DROP COLUMN gone;
COMMENT ON CONSTRAINT visits_2_key ON far.visits_2 IS 'the key';
ALTER TABLE far.visits_2 ADD CONSTRAINT visits_1_id UNIQUE (seat, id) INCLUDE (page), ADD CONSTRAINT visits_2_late UNIQUE (page) DEFERRABLE;
ALTER TABLE visits ATTACH PARTITION far.visits_2 FOR VALUES FROM (10) TO (20);
-- Two levels.
CREATE TABLE visits_3 PARTITION OF visits DEFAULT PARTITION BY LIST (day);
CREATE TABLE visits_3_d PARTITION OF visits_3 DEFAULT;
CREATE INDEX visits_3_d_page ON visits_3_d USING hash (page);
CREATE UNIQUE INDEX visits_3_d_once ON visits_3_d (seat, page) WHERE seat > 0;
CREATE TABLE codes (code int, note text) PARTITION BY HASH (note);
CREATE TABLE codes_0 PARTITION OF codes FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE codes_1 PARTITION OF codes FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX codes_code ON codes (code);
CREATE UNIQUE INDEX codes_0_code ON codes_0 (code);
INSERT INTO visits VALUES (1, 1, 'a', 7), (2, 12, 'b', 8), (3, 3, 'none', 9), (4, 24, 'd', 5), (1, 25, 'e', 5);
INSERT INTO codes SELECT i, 'note ' || i FROM generate_series(1, 9) AS i;
