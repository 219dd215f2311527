old: INSERT INTO tickets VALUES (4, 'cid', -1, NULL)
new: INSERT INTO tickets VALUES (5, 'DAN', 0, NULL)
new: INSERT INTO tickets VALUES (5, 'DAN', 5, 'none')
old: INSERT INTO tickets VALUES (6, 'Dan', 5, NULL)
old: UPDATE tickets SET zip = 8 WHERE id = 3
new: UPDATE tickets SET seller = 'ANN', zip = 0 WHERE id = 2
new: UPDATE tickets SET note = 'y' WHERE id = 5
