new: INSERT INTO things VALUES (5, 'bag', 'home', 'e')
new: INSERT INTO things VALUES (6, 'basket', 'home', 'e')
new: INSERT INTO things VALUES (7, 'cup', 'home', 'e')
old: INSERT INTO things VALUES (8, 'box', 'away', 'e')
old: UPDATE things SET note = 'known' WHERE id = 4
new: UPDATE things SET kind = 'basket' WHERE id = 3
old: BEGIN; UPDATE things SET place = 'here' WHERE id = 2; UPDATE things SET place = 'here', kind = 'bag' WHERE id = 5; UPDATE things SET place = 'far' WHERE id = 5; COMMIT
