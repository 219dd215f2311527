old: INSERT INTO goods VALUES (3, 2.999, 'de', '001', 'y', 'b')
new: INSERT INTO goods VALUES (4, 3.999, 'fg', B'110', 'z', 'cccccc', 1.25, 1.25)
new: INSERT INTO goods VALUES (5, 3.999, 'fg', B'110', 'z', 'c', 1.25, 1.25)
new: UPDATE goods SET price = 5.555 WHERE id = 1
old: UPDATE goods SET code = 'ghi' WHERE id = 1
