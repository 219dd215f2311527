-- Two levels, a default partition, one in another schema.
CREATE SCHEMA archive;
CREATE TABLE people (id int PRIMARY KEY);
CREATE TABLE visits (id int NOT NULL, day int NOT NULL, page text NOT NULL, person int, host int) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE archive.visits_2 (gone int, host int, person int, page text NOT NULL, id int NOT NULL, day int NOT NULL);
ALTER TABLE archive.visits_2 DROP COLUMN gone;
ALTER TABLE visits ATTACH PARTITION archive.visits_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE visits_3 PARTITION OF visits DEFAULT PARTITION BY LIST (page);
CREATE TABLE visits_3_a PARTITION OF visits_3 FOR VALUES IN ('a');
CREATE TABLE visits_3_b PARTITION OF visits_3 DEFAULT;
INSERT INTO people VALUES (1), (2);
INSERT INTO visits VALUES (1, 1, 'a', 1, 1), (2, 12, 'a', 2, 1), (3, 23, 'a', NULL, 2), (4, 24, 'b', 1, 1);
