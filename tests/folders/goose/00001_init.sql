-- +goose Up
-- +goose StatementBegin
DO $$ BEGIN
  CREATE TYPE size AS ENUM ('s', 'm');
EXCEPTION WHEN duplicate_object THEN null;
END $$;
-- +goose StatementEnd
CREATE TABLE shirts (id serial PRIMARY KEY, size size NOT NULL, twin int REFERENCES shirts);

-- +goose Down
DROP TABLE shirts;
DROP TYPE size;
