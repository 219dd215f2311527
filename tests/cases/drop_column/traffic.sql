old: INSERT INTO fruits VALUES (2, 'pear', 2.50)
new: INSERT INTO fruits VALUES (3, 'plum')
new: UPDATE fruits SET name = 'red apple' WHERE id = 1
new: UPDATE fruits SET id = 4 WHERE id = 2
