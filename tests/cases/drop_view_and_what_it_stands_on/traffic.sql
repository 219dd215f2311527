old: INSERT INTO items VALUES (10, 3, 'glad')
new: INSERT INTO items VALUES (20, 4, 'sad')
old: SELECT * FROM in_cents ORDER BY id
old: SELECT * FROM sums
new: SELECT * FROM moods ORDER BY id
new: SELECT * FROM sums
new: SELECT * FROM in_cents
