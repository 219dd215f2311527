old: INSERT INTO people VALUES (10, 'glad', 's', 'glad')
new: INSERT INTO people VALUES (20, 'merry', 'small', 'merry')
new: UPDATE people SET mood = 'merry' WHERE id = 1
old: SELECT * FROM happy ORDER BY id
new: SELECT * FROM happy ORDER BY id
new: SELECT id FROM small ORDER BY id
new: SELECT * FROM noted ORDER BY id
new: UPDATE people SET note = 'glad' WHERE id = 20
old: SELECT * FROM noted ORDER BY id
old: SELECT * FROM middle ORDER BY id
new: SELECT * FROM middle ORDER BY id
new: REFRESH MATERIALIZED VIEW middle
old: SELECT 'glad'::public.mood, 'merry'::public.mood
