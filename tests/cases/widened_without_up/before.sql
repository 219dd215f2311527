CREATE TABLE goods (
  id int PRIMARY KEY, price numeric(10,2), tags varchar(10)[], counts int[], flags varbit(3), owner oid, code char(3),
  label jsonb
);
INSERT INTO goods VALUES (1, 1.25, '{red,blue}', '{1,2}', B'101', 4294967295, 'a', '{"b": 1.50, "a": [null]}');
