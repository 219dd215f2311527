CREATE TABLE people (id int PRIMARY KEY, name text, secret text);
GRANT SELECT (id, name), INSERT (id, name), UPDATE (name) ON people TO pg_monitor;
GRANT SELECT ON people TO pg_signal_backend WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
INSERT INTO people VALUES (1, 'Ann', 'x');
