ALTER TABLE stubs DROP CONSTRAINT stubs_of;
ALTER TABLE visits ALTER id TYPE bigint, ALTER page TYPE varchar(9) USING upper(page);
ALTER TABLE stubs ALTER visit TYPE bigint;
-- Before 18, what is validated later leaves its parts for partitions NOT VALID.
ALTER TABLE stubs ADD CONSTRAINT stubs_of FOREIGN KEY (visit, day) REFERENCES visits ON DELETE CASCADE NOT VALID;
ALTER TABLE stubs VALIDATE CONSTRAINT stubs_of;
