-- Written by hand in the manner of golang-migrate: a column filled by rule, and one that is split.
ALTER TABLE staff ADD COLUMN first_name text, ADD COLUMN last_name text;
UPDATE staff SET first_name = split_part(name, ' ', 1), last_name = split_part(name, ' ', 2);
ALTER TABLE staff ALTER COLUMN first_name SET NOT NULL;
ALTER TABLE staff ADD COLUMN grade text NOT NULL DEFAULT 'low';
UPDATE staff SET grade = 'high' WHERE salary > 1000;
CREATE INDEX staff_last_name ON staff (last_name);
