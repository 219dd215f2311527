old: INSERT INTO things VALUES (3, 2, 7)
old: UPDATE things SET kind = 1 WHERE id = 2
new: INSERT INTO things VALUES (4, 1, 1, 'own')
new: INSERT INTO kinds VALUES (3)
