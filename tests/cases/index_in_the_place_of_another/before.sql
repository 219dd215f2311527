CREATE TABLE visits (id int, day int NOT NULL, who text) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10) TO (20) PARTITION BY LIST (who);
CREATE TABLE visits_2_ann PARTITION OF visits_2 FOR VALUES IN ('Ann');
CREATE INDEX visits_who ON visits (who);
CREATE TABLE plain (id int, who text);
CREATE INDEX plain_who ON plain (who);
INSERT INTO visits VALUES (1, 1, 'Ann'), (2, 12, 'Ann');
