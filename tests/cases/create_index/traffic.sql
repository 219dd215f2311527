old: INSERT INTO fruits VALUES (3, 'apple', 1)
new: INSERT INTO fruits VALUES (4, 'plum', 1)
