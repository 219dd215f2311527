old: INSERT INTO visits (day, person, page, seat) VALUES (2, 9, 'd', 1)
new: INSERT INTO visits (day, person, page, seat) VALUES (2, 9, 'D', 1)
old: INSERT INTO visits (id, day, person, page, seat) VALUES (4, 13, 2, 'd', 2)
new: INSERT INTO visits (id, day, person, page, seat) VALUES (5, 4, 1, 'E', 3)
old: INSERT INTO visits (id, day, page) VALUES (2, 12, 'f')
new: INSERT INTO visits (id, day, page) VALUES (2, 12, 'F')
new: INSERT INTO visits (id, day, page) VALUES (1, 1, 'G') ON CONFLICT (id, day) DO UPDATE SET page = 'G' RETURNING id, page
old: INSERT INTO visits (id, day, page) VALUES (1, 1, 'h') ON CONFLICT (id, day) DO UPDATE SET page = 'h' RETURNING id, page
new: INSERT INTO tickets VALUES (3, 4)
old: INSERT INTO tickets VALUES (2, 13)
new: INSERT INTO tickets VALUES (77, 4)
old: INSERT INTO tickets VALUES (77, 4)
new: UPDATE visits SET seat = 33 WHERE id = 5
old: UPDATE visits SET seat = 88 WHERE id = 2
new: UPDATE visits SET day = 14, person = 1 WHERE id = 3
old: UPDATE visits SET page = 'i', day = 5 WHERE id = 4
old: DELETE FROM people WHERE id = 2
old: SELECT * FROM visits ORDER BY id
new: SELECT * FROM visits ORDER BY id
old: SELECT * FROM tickets ORDER BY 1
new: SELECT * FROM tickets ORDER BY 1
old: INSERT INTO stubs VALUES (77, 4)
new: INSERT INTO stubs VALUES (77, 4)
new: INSERT INTO notes VALUES (77, 4)
new: INSERT INTO stubs VALUES (5, 4)
old: INSERT INTO notes VALUES (5, 4)
old: UPDATE visits SET id = 11 WHERE id = 1
new: SELECT * FROM stubs ORDER BY 1
new: DELETE FROM visits WHERE id = 5
new: SELECT * FROM stubs ORDER BY 1
old: SELECT * FROM notes ORDER BY 1
