-- Written by hand in the manner of Flyway: what comes after a rename is not folded over it.
CREATE TABLE items (id int, word text);
ALTER TABLE items RENAME id TO key;
ALTER TABLE items ALTER key SET NOT NULL;
ALTER TABLE items ADD PRIMARY KEY (key);
COMMENT ON COLUMN items.key IS 'The key';
ALTER TABLE items RENAME TO things;
ALTER TABLE things ADD CONSTRAINT word_there CHECK (word <> '');
