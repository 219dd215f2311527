ALTER TABLE tickets DROP CONSTRAINT tickets_seat;
ALTER TABLE seats ALTER COLUMN row TYPE bigint USING row + 1;
ALTER TABLE seats RENAME CONSTRAINT seats_once TO seats_twice;
