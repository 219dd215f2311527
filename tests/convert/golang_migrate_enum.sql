-- Written by hand in the manner of golang-migrate.
BEGIN;
ALTER TYPE status ADD VALUE IF NOT EXISTS 'archived' AFTER 'closed';
COMMIT;
