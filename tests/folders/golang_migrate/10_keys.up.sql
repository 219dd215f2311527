ALTER TABLE rooms ADD COLUMN key integer;
