-- Written by hand in the manner of dbmate.
-- migrate:up transaction:false
ALTER TABLE people RENAME COLUMN surname TO family_name;
ALTER TABLE people RENAME CONSTRAINT people_name_check TO people_name_there;
ALTER TABLE people ALTER COLUMN age DROP NOT NULL, ALTER COLUMN age DROP DEFAULT;
CREATE INDEX CONCURRENTLY IF NOT EXISTS people_family_name_idx ON people (family_name text_pattern_ops);
-- migrate:down
ALTER TABLE people RENAME COLUMN family_name TO surname;
