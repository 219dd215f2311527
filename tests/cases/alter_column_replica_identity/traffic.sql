old: UPDATE parts SET label = 'first' WHERE number = 1
new: UPDATE parts SET number = 20 WHERE code = 'b'
new: INSERT INTO parts VALUES (3, 'c', 'three')
old: DELETE FROM parts WHERE number = 3
