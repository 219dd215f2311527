old: INSERT INTO parcels VALUES (10, -1, '200x3'), (11, 70, NULL)
new: SELECT * FROM parcels WHERE id >= 10 ORDER BY id
old: UPDATE parcels SET weight = 0 WHERE id = 1
new: SELECT * FROM parcels WHERE id = 1
new: UPDATE parcels SET weight = 20 WHERE id = 10
old: SELECT * FROM parcels WHERE id = 10
new: UPDATE parcels SET kilos = -2 WHERE id = 10
new: UPDATE parcels SET kilos = 2, width = 20 WHERE id = 10
old: SELECT * FROM parcels WHERE id = 10
