old: INSERT INTO tickets VALUES (3, 'Bob', 20, 'A', 1, 5, '[3,4)')
new: INSERT INTO tickets VALUES (3, 'Bob', 20, 'A', 3, 0, '[3,4)')
old: INSERT INTO tickets VALUES (3, 'Bob', NULL, 'A', 3, 1, '[3,4)')
new: INSERT INTO tickets VALUES (3, 'Cid', 20, 'A', 3, 1, '[3,4)')
old: INSERT INTO tickets VALUES (3, 'Bob', 20, 'A', 3, 1, '[1,4)')
old: INSERT INTO tickets VALUES (3, 'Bob', 20, 'A', 3, 1, '[3,4)')
new: UPDATE sellers SET zip = 21 WHERE name = 'Bob'
