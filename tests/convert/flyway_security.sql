-- Written by hand in the manner of Flyway.
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_notes ON notes USING (owner = CURRENT_USER);
ALTER TABLE notes ADD COLUMN title text NOT NULL DEFAULT '';
COMMENT ON TABLE notes IS 'Rows have owners';
GRANT SELECT ON notes TO PUBLIC;
