old: INSERT INTO reviews VALUES (10, '4', 'old')
old: INSERT INTO reviews (id, product) VALUES (11, 'old default') RETURNING rating
new: INSERT INTO reviews VALUES (20, 2, 'new')
new: INSERT INTO reviews (id, product) VALUES (21, 'new default') RETURNING rating
new: INSERT INTO reviews VALUES (22, NULL, 'new null')
old: UPDATE reviews SET rating = '1' WHERE id = 1
new: UPDATE reviews SET rating = 4 WHERE id = 2
old: UPDATE reviews SET product = 'sugar' WHERE id = 2
new: UPDATE reviews SET rating = DEFAULT WHERE id = 3
old: INSERT INTO reviews VALUES (1, '2', 'upsert') ON CONFLICT (id) DO UPDATE SET rating = excluded.rating
new: INSERT INTO reviews VALUES (2, 5, 'upsert') ON CONFLICT (id) DO UPDATE SET rating = excluded.rating
old: INSERT INTO reviews VALUES (30, 'many', 'not a number')
old: DELETE FROM reviews WHERE id = 11
