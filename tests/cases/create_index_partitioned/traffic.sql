old: INSERT INTO visits VALUES (1, 'a', 1, 'Cid')
new: INSERT INTO visits VALUES (3, 'b', 13, 'Cid', 'x')
old: INSERT INTO visits VALUES (4, 'a', 14, 'Cid')
