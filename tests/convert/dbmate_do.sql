-- Written by hand in the manner of dbmate: what only shows when it runs.
-- migrate:up
ALTER TABLE units ADD COLUMN label text;
DO $$
BEGIN
  UPDATE units SET label = 'unit ' || id;
END
$$;
DELETE FROM units WHERE id < 0;
-- migrate:down
ALTER TABLE units DROP COLUMN label;
