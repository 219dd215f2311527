-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY shirts_size ON shirts (size);

-- +goose Down
DROP INDEX CONCURRENTLY shirts_size;
