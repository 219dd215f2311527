new: INSERT INTO visits (id, day, person, page, seat) VALUES (5000000000, 6, 1, 'Z', 6000000000)
new: INSERT INTO visits (id, day, person, page) VALUES (5000000000, 6, 1, 'Y')
new: INSERT INTO visits (id, day, page) VALUES (9, 6, 'Z')
new: INSERT INTO visits (id, day, person, page) VALUES (9, 7, 4, 'X')
new: INSERT INTO tickets VALUES (6000000000, 6)
new: INSERT INTO tickets VALUES (6000000001, 6)
new: INSERT INTO stubs VALUES (9, 6)
new: INSERT INTO stubs VALUES (5000000000, 6)
new: INSERT INTO notes VALUES (5000000000, 6)
new: DELETE FROM visits WHERE id = 5000000000 RETURNING id
new: SELECT * FROM stubs WHERE visit > 5
