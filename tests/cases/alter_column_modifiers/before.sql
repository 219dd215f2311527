CREATE TABLE goods (id int PRIMARY KEY, price numeric, code text, flags text, tag text, rank varchar(5));
INSERT INTO goods VALUES (1, 1.234, 'abc', '101', 'x', 'a'), (2, NULL, NULL, NULL, NULL, NULL);
