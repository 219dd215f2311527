ALTER TABLE visits ALTER id TYPE bigint, ALTER page TYPE varchar(9) USING upper(page);
ALTER TABLE codes ALTER code TYPE bigint;
-- Postgres forgets it; Straddle does not.
ALTER INDEX visits_1_words ALTER COLUMN 1 SET STATISTICS 77;
