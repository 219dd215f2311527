-- A primary key that INCLUDEs columns, of which one is replaced, too.
CREATE TABLE visits (id int, day int, page text, seat int, PRIMARY KEY (id, day) INCLUDE (seat, page)) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10) TO (20);
CREATE TABLE stubs (visit int, day int, CONSTRAINT stubs_of FOREIGN KEY (visit, day) REFERENCES visits ON DELETE CASCADE);
INSERT INTO visits VALUES (1, 1, 'a', 7), (2, 12, 'b', 8);
INSERT INTO stubs VALUES (1, 1), (2, 12);
