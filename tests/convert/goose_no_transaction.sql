-- Written by hand in the manner of goose: outside of a transaction.
-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY hits_at_idx ON hits USING brin (at) WITH (pages_per_range = 32);
DROP INDEX CONCURRENTLY IF EXISTS hits_url_idx;
ALTER TABLE hits ADD CONSTRAINT hits_url_there CHECK (url <> '') NOT VALID;
ALTER TABLE hits VALIDATE CONSTRAINT hits_url_there;
ALTER TABLE hits ALTER COLUMN url TYPE text USING url::text;
-- +goose Down
DROP INDEX hits_at_idx;
