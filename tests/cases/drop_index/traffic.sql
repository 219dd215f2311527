old: INSERT INTO fruits VALUES (2, 'pear', 3, 'y')
new: INSERT INTO fruits VALUES (2, 'pear', 3)
new: INSERT INTO fruits VALUES (2, 'pear', 4)
