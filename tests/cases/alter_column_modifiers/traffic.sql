old: INSERT INTO goods VALUES (3, 2.999, 'de', '001', 'y', 'b')
new: INSERT INTO goods VALUES (4, 3.999, 'fg', B'110', 'z', 'cccccc', 1.25, 1.25)
new: INSERT INTO goods VALUES (5, 3.999, 'fg', B'110', 'z', 'c', 1.25, 1.25)
new: UPDATE goods SET price = 5.555 WHERE id = 1
old: UPDATE goods SET code = 'ghi' WHERE id = 1
old: INSERT INTO plates VALUES (2, 'CDE', B'110')
new: INSERT INTO plates VALUES (3, 'fgh', B'110')
old: INSERT INTO plates VALUES (4, 'AB', B'101') ON CONFLICT (plate, mask) DO UPDATE SET id = 5 RETURNING id
new: INSERT INTO plates VALUES (6, 'cde', B'110') ON CONFLICT (plate, mask) DO UPDATE SET id = 7 RETURNING id
new: UPDATE plates SET mask = B'011' WHERE id = 3
