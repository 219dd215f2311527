old: INSERT INTO visits VALUES (3, 3, 'c', 9)
new: INSERT INTO visits VALUES (4, 14, 'D', 10)
new: INSERT INTO visits VALUES (4, 14, 'E', 11)
old: INSERT INTO stubs VALUES (4, 14)
new: INSERT INTO stubs VALUES (3, 3)
new: INSERT INTO stubs VALUES (9, 3)
new: INSERT INTO visits VALUES (1, 1, 'F', 12) ON CONFLICT (id, day) DO UPDATE SET page = EXCLUDED.page
old: DELETE FROM visits WHERE id = 2
