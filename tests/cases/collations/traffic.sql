old: INSERT INTO words VALUES (3, 'x', 'y', 'z')
new: INSERT INTO words VALUES (4, 'p', 'q!', 'r', 's')
new: SELECT plain FROM words ORDER BY plain
new: SELECT pg_collation_for(plain), pg_collation_for(own), pg_collation_for(added), pg_collation_for(third) FROM words WHERE id = 1
old: UPDATE words SET plain = 'Z', own = 'O' WHERE id = 1
