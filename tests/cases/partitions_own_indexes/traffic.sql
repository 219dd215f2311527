old: INSERT INTO visits VALUES (1, 2, 'x', 1)
new: INSERT INTO visits (id, day, page, seat) VALUES (1, 2, 'X', 1)
old: INSERT INTO visits VALUES (1, 2, 'x', 1) ON CONFLICT DO NOTHING
new: INSERT INTO visits (id, day, page, seat) VALUES (1, 2, 'X', 1) ON CONFLICT DO NOTHING
new: INSERT INTO visits (id, day, page, seat) VALUES (10, 2, 'X', 1)
old: INSERT INTO visits VALUES (10, 3, 'x', 1)
old: INSERT INTO visits VALUES (11, 3, 'x', 1)
new: INSERT INTO visits (id, day, page, seat) VALUES (12, 13, 'C', 1)
old: INSERT INTO visits VALUES (13, 24, 'd', 5)
new: INSERT INTO visits (id, day, page, seat) VALUES (13, 24, 'D', 5)
new: INSERT INTO visits (id, day, page, seat) VALUES (13, 24, 'D', NULL)
old: UPDATE visits SET day = 5 WHERE id = 2
new: UPDATE visits SET id = 11 WHERE id = 10
new: UPDATE visits SET page = 'none', id = 14 WHERE id = 10
old: SELECT * FROM visits ORDER BY id, day
new: SELECT * FROM visits ORDER BY id, day
new: SELECT * FROM codes WHERE code < 3 ORDER BY 1
