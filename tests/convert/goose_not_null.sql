-- Written by hand in the manner of goose.
-- +goose Up
ALTER TABLE users ADD COLUMN display_name text;
UPDATE users SET display_name = upper(name) WHERE display_name IS NULL;
ALTER TABLE users ALTER COLUMN display_name SET NOT NULL;
UPDATE users SET nickname = 'none' WHERE nickname IS NULL;
ALTER TABLE users ALTER COLUMN nickname SET NOT NULL;

-- +goose Down
ALTER TABLE users DROP COLUMN display_name;
