-- Written by hand in the manner of goose, with a function between StatementBegin and StatementEnd.
-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION total(n integer DEFAULT 1) RETURNS TABLE (id integer, sum numeric) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT 1; -- a semicolon; and another;
END;
$$;
-- +goose StatementEnd
DROP FUNCTION old_total(integer, text);
ALTER TABLE sums ADD COLUMN total numeric NOT NULL DEFAULT 0, ADD CONSTRAINT total_there CHECK (total >= 0);
-- +goose Down
DROP FUNCTION total;
