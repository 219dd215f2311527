old: INSERT INTO parcels VALUES (3, 30, 'three', 'three')
new: SELECT * FROM parcels ORDER BY id
new: INSERT INTO parcels VALUES (4, 40, 'four', 'four')
new: UPDATE parcels SET label = 'uno' WHERE id = 1
old: UPDATE parcels SET weight = 21 WHERE id = 2
old: SELECT * FROM parcels ORDER BY id
new: INSERT INTO depots VALUES (1)
