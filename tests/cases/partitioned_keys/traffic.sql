old: INSERT INTO visits VALUES (1, 1, 'a', 2, 1)
old: INSERT INTO visits VALUES (5, 2, 'a', 9, 1)
new: INSERT INTO visits (id, day, page, person, guide) VALUES (5, 13, 'a', 1, 2)
new: INSERT INTO visits (id, day, page, person, guide) VALUES (6, 25, 'b', 1, 7)
new: INSERT INTO visits (id, day, page, person, guide) VALUES (4, 24, 'b', 2, 1)
old: INSERT INTO visits VALUES (7, 26, 'a', 2, 2)
old: INSERT INTO visits VALUES (8, 27, 'a', 2, 9)
new: INSERT INTO visits (id, day, page, person) VALUES (8, 26, 'a', 2)
old: DELETE FROM people WHERE id = 2
new: SELECT id, day, page, person, guide FROM visits ORDER BY 1
