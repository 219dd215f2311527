-- Written by hand in the manner of golang-migrate: a label gets another name, a type goes.
ALTER TYPE colour RENAME VALUE 'gray' TO 'grey';
ALTER TABLE cars DROP COLUMN shape;
DROP TYPE shape;
