-- Written by hand in the manner of dbmate: defaults that come and go.
-- migrate:up
ALTER TABLE wares ADD COLUMN rank integer;
ALTER TABLE wares ALTER COLUMN rank SET DEFAULT 5;
ALTER TABLE wares ADD COLUMN kind text DEFAULT 'plain';
ALTER TABLE wares ALTER COLUMN kind SET NOT NULL;
ALTER TABLE wares ALTER COLUMN name SET DEFAULT 'new';
-- migrate:down
ALTER TABLE wares DROP COLUMN rank, DROP COLUMN kind;
