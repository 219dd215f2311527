-- Written by hand in the manner of Flyway: rows that a new table begins with.
CREATE TABLE IF NOT EXISTS currencies (code char(3) PRIMARY KEY, digits smallint NOT NULL DEFAULT 2);
INSERT INTO currencies (code) VALUES ('EUR'), ('USD');
INSERT INTO currencies (code, digits) VALUES ('JPY', 0) ON CONFLICT DO NOTHING;
