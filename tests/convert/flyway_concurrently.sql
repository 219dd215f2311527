-- Written by hand in the manner of Flyway (V7__unique_email.sql).
CREATE UNIQUE INDEX CONCURRENTLY accounts_email_idx ON accounts (email);
ALTER TABLE accounts ADD CONSTRAINT accounts_email_key UNIQUE USING INDEX accounts_email_idx;
CREATE INDEX CONCURRENTLY accounts_lower_idx ON accounts (lower(email));
ALTER TABLE accounts ADD CONSTRAINT name_there CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE accounts VALIDATE CONSTRAINT name_there;
ALTER TABLE accounts ALTER COLUMN name SET NOT NULL;
ALTER TABLE accounts DROP CONSTRAINT name_there;
