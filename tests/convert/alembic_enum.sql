-- Written by hand in the manner of Alembic: an enum type made anew under its name.
BEGIN;
ALTER TYPE level RENAME TO level_old;
CREATE TYPE level AS ENUM ('low', 'high');
ALTER TABLE alarms ALTER COLUMN level TYPE level USING level::text::level;
DROP TYPE level_old;
COMMIT;
