-- Written by hand in the manner of Flyway: what no operation says.
CREATE TABLE logs (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE UNLOGGED TABLE scratch (id int);
CREATE TABLE copy (LIKE scratch INCLUDING ALL);
CREATE INDEX copy_id ON copy (id) INCLUDE (id);
CREATE SEQUENCE numbers START 10;
CREATE TABLE plain (id int PRIMARY KEY DEFAULT nextval('numbers'));
CREATE STATISTICS plain_stats ON id, word FROM words;
