-- +migrate Down
BEGIN;
DROP SEQUENCE keys;
DELETE FROM rooms;
COMMIT;
