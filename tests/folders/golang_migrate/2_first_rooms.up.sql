BEGIN;
INSERT INTO rooms (name) VALUES ('red'), ('blue');
CREATE SEQUENCE keys START 100;
COMMIT;
