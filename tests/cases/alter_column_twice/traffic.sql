old: INSERT INTO reviews VALUES (10, ' 4', 'old')
old: INSERT INTO reviews (id, product) VALUES (11, 'old default') RETURNING rating
old: INSERT INTO reviews VALUES (12, '', 'nothing')
new: INSERT INTO reviews VALUES (20, '2.5', 'new')
new: INSERT INTO reviews (id, product) VALUES (21, 'new default') RETURNING stars
new: INSERT INTO reviews VALUES (22, '0', 'the check')
old: UPDATE reviews SET rating = '1' WHERE id = 1
new: UPDATE reviews SET stars = '4.5' WHERE id = 2
old: UPDATE reviews SET product = 'sugar' WHERE id = 2
new: UPDATE reviews SET stars = NULL WHERE id = 1
old: SELECT id, rating FROM reviews ORDER BY id
new: SELECT id, stars FROM reviews ORDER BY id
