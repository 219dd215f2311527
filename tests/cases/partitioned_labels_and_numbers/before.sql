CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE lines (body text, day int, mood mood DEFAULT 'sad', small serial) PARTITION BY RANGE (day);
CREATE TABLE lines_1 PARTITION OF lines FOR VALUES FROM (0) TO (10);
CREATE TABLE lines_2 PARTITION OF lines DEFAULT;
CREATE STATISTICS lines_stat ON body, mood FROM lines;
INSERT INTO lines VALUES ('one', 1), ('two', 11);
