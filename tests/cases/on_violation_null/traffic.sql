old: INSERT INTO reviews VALUES (10, '7'), (11, '3') RETURNING *
new: SELECT * FROM reviews WHERE id >= 10 ORDER BY id
old: UPDATE reviews SET rating = '0' WHERE id = 1 RETURNING *
new: SELECT * FROM reviews WHERE id = 1
new: UPDATE reviews SET unit = ' points' WHERE id = 10
old: SELECT * FROM reviews WHERE id = 10
new: UPDATE reviews SET rating = 6 WHERE id = 1
old: UPDATE reviews SET rating = '5' WHERE id = 1
new: SELECT * FROM reviews WHERE id = 1
old: UPDATE reviews SET most = 2 WHERE id = 11
new: SELECT * FROM reviews WHERE id = 11
old: SELECT * FROM reviews WHERE id = 11
old: UPDATE reviews SET most = 4 WHERE id = 11
new: SELECT * FROM reviews WHERE id = 11
old: UPDATE reviews SET rating = '9' WHERE id = 11
new: UPDATE reviews SET most = 9 WHERE id = 11 RETURNING *
new: UPDATE reviews SET rating = 2 WHERE id = 10 RETURNING *
old: SELECT * FROM reviews WHERE id = 10
new: UPDATE reviews SET rating = NULL WHERE id = 3
new: INSERT INTO reviews VALUES (20, 9)
new: INSERT INTO reviews VALUES (21, NULL, 1)
old: INSERT INTO reviews VALUES (12, 'many')
old: INSERT INTO reviews VALUES (13, '8') ON CONFLICT (id) DO UPDATE SET rating = excluded.rating
old: INSERT INTO reviews VALUES (13, '1') ON CONFLICT (id) DO UPDATE SET rating = excluded.rating
