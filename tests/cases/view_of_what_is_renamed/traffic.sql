old: SELECT * FROM reachable ORDER BY id
new: SELECT * FROM reachable ORDER BY id
old: SELECT * FROM reached ORDER BY 1
new: SELECT * FROM reached ORDER BY 1
new: INSERT INTO reachable VALUES (9, 'Zoe', 'zoe@example.org')
old: SELECT * FROM reachable WHERE id = 9
new: SELECT obj_description('reachable'::regclass)
