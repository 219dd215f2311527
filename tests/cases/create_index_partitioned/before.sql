CREATE TABLE visits (id int, page text, day int NOT NULL, who text) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10) TO (20) PARTITION BY LIST (page);
CREATE TABLE visits_2_a PARTITION OF visits_2 FOR VALUES IN ('a');
CREATE TABLE visits_2_b PARTITION OF visits_2 DEFAULT;
CREATE TABLE empty (id int) PARTITION BY HASH (id);
CREATE INDEX visits_who ON visits (who);
INSERT INTO visits VALUES (1, 'a', 1, 'Ann'), (2, 'a', 12, 'Bob'), (3, 'b', 13, 'Ann');
