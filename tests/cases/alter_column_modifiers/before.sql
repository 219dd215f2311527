CREATE TABLE goods (id int PRIMARY KEY, price numeric, code text, flags text, tag text, rank varchar(5));
INSERT INTO goods VALUES (1, 1.234, 'abc', '101', 'x', 'a'), (2, NULL, NULL, NULL, NULL, NULL);
-- Keys of types that are others where they have no length, or in an index.
CREATE TABLE plates (id int PRIMARY KEY, plate char(3), mask bit(3), UNIQUE (plate, mask));
CREATE UNIQUE INDEX plates_name ON plates ((lower(plate)::name));
INSERT INTO plates VALUES (1, 'AB', B'101');
