-- Written by hand in the manner of Flyway.
ALTER TABLE payments ALTER COLUMN amount TYPE numeric(14,2), ALTER COLUMN reference TYPE text;
ALTER TABLE payments ALTER COLUMN paid TYPE timestamptz USING paid AT TIME ZONE 'UTC';
