old: INSERT INTO seats VALUES (3, 30, 3, 'c') ON CONFLICT (id) DO UPDATE SET row = 0
new: INSERT INTO seats VALUES (3, 41, 4, 'd') ON CONFLICT (id) DO UPDATE SET row = 41 RETURNING *
old: INSERT INTO seats VALUES (1, 50, 5, 'e')
new: INSERT INTO seats VALUES (2, 50, 7, 'e')
new: INSERT INTO seats VALUES (6, 60, 6, 'f')
old: SELECT * FROM seats ORDER BY id
new: SELECT * FROM seats ORDER BY id
