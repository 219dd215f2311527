old: INSERT INTO reviews (product) VALUES ('old')
new: INSERT INTO reviews (product, review) VALUES ('new', 'fine')
new: INSERT INTO reviews (product) VALUES ('new without')
old: UPDATE reviews SET product = 'pepper' WHERE id = 2
old: UPDATE reviews SET review = NULL WHERE id = 1
new: UPDATE reviews SET review = 'changed' WHERE id = 2
