old: INSERT INTO visits VALUES (3, 2, 'Bob')
new: INSERT INTO visits VALUES (4, 13, 'Ann')
