CREATE SCHEMA archive;
CREATE TABLE visits (id int, day int NOT NULL, who text, seen text, page text DEFAULT '/', mark text DEFAULT '1') PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
-- Its columns in other places, one of them dropped, and in another schema.
CREATE TABLE archive.visits_2 (gone int, page text DEFAULT '/', who text, seen text, day int NOT NULL, mark text DEFAULT '1', id int);
ALTER TABLE archive.visits_2 DROP COLUMN gone;
ALTER TABLE visits ATTACH PARTITION archive.visits_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE visits_3 PARTITION OF visits DEFAULT PARTITION BY LIST (page);
CREATE TABLE visits_3_a PARTITION OF visits_3 DEFAULT;
CREATE INDEX visits_seen ON visits (seen);
INSERT INTO visits VALUES (1, 1, 'Ann', '5', 'a'), (2, 12, 'Bob', '6', 'a'), (3, 23, 'Cid', NULL, 'a'),
  (4, 24, 'Dan', '8', 'b');
