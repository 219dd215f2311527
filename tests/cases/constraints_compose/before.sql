CREATE TABLE people (id int PRIMARY KEY, name text, age int, mail text,
  CONSTRAINT people_age CHECK (age > 0), CONSTRAINT people_mail UNIQUE (mail), CONSTRAINT people_short CHECK (length(name) < 9));
CREATE INDEX people_by_name ON people (name);
CREATE INDEX people_by_age ON people (age);
INSERT INTO people VALUES (1, 'Ann', 20, 'a'), (2, 'Bob', 30, 'b');
