ALTER TABLE tickets DROP CONSTRAINT tickets_seat;
ALTER TABLE stubs DROP CONSTRAINT stubs_of;
ALTER TABLE notes DROP CONSTRAINT notes_of;
ALTER TABLE visits DROP CONSTRAINT visits_of;
ALTER TABLE visits ALTER id TYPE bigint, ALTER page TYPE varchar(9) USING upper(page), ALTER seat TYPE bigint, ALTER person TYPE bigint;
ALTER TABLE people ALTER id TYPE bigint;
ALTER TABLE tickets ALTER seat TYPE bigint;
ALTER TABLE stubs ALTER visit TYPE bigint;
ALTER TABLE visits ADD CONSTRAINT visits_of FOREIGN KEY (person) REFERENCES people ON DELETE CASCADE;
-- Before 18, what is validated later leaves its parts for partitions NOT VALID.
ALTER TABLE tickets ADD CONSTRAINT tickets_seat FOREIGN KEY (seat, day) REFERENCES visits (seat, day) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;
ALTER TABLE tickets VALIDATE CONSTRAINT tickets_seat;
ALTER TABLE notes ADD CONSTRAINT notes_of FOREIGN KEY (visit, day) REFERENCES visits ON DELETE SET NULL DEFERRABLE NOT VALID;
ALTER TABLE stubs ADD CONSTRAINT stubs_of FOREIGN KEY (visit, day) REFERENCES visits ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;
COMMENT ON CONSTRAINT stubs_of ON stubs IS 'what is left of it';
ALTER TABLE notes VALIDATE CONSTRAINT notes_of;
ALTER TABLE stubs VALIDATE CONSTRAINT stubs_of;
