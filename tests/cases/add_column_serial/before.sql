CREATE TABLE lines (body text);
GRANT SELECT, INSERT ON lines TO pg_signal_backend;
INSERT INTO lines VALUES ('one'), ('two');
ALTER TABLE lines OWNER TO pg_monitor;
