old: INSERT INTO visits VALUES (10, 2, 'Fay', '10', 'a')
old: INSERT INTO visits VALUES (11, 13, 'Gus', NULL, 'a')
new: INSERT INTO visits (id, day, page, first) VALUES (20, 14, 'a', 'hal') RETURNING seen, source
new: INSERT INTO visits (id, day, page, first, seen) VALUES (21, 25, 'x', 'ian', 7)
old: UPDATE visits SET seen = '55' WHERE id = 2
new: UPDATE visits SET first = 'cyd' WHERE id = 3
new: UPDATE visits SET seen = 88 WHERE id = 4
new: INSERT INTO visits (id, day, page, first, seen) VALUES (22, 25, 'x', 'Jo', -7)
old: UPDATE visits SET mark = '9' WHERE id IN (2, 3)
old: UPDATE visits SET day = day + 9 WHERE id = 2
new: SELECT id, mark FROM visits WHERE mark IS NULL ORDER BY id
new: UPDATE visits SET mark = 4 WHERE id IN (2, 3)
old: DELETE FROM visits WHERE id = 1
old: SELECT * FROM visits ORDER BY id
new: SELECT * FROM visits ORDER BY id
