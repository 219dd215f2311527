new: INSERT INTO visits (id, day, page, seat) VALUES (1, 2, 'x', 1)
new: INSERT INTO visits (id, day, page, seat) VALUES (5000000000, 2, 'x', 1)
new: INSERT INTO visits (id, day, page, seat) VALUES (2, 13, 'x', 1)
new: INSERT INTO visits (id, day, page, seat) VALUES (5000000000, 24, 'D', 5)
