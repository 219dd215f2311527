-- Written by hand in the manner of Flyway: a trigger that a rename behind it would miss in `complete`.
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER same BEFORE INSERT ON letters FOR EACH ROW WHEN (NEW.a IS NULL) EXECUTE FUNCTION same();
ALTER TABLE letters RENAME a TO b;
