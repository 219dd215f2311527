new: SELECT 'merry'::public.mood, 'small'::public."Size"
new: SELECT id FROM small ORDER BY id
new: INSERT INTO people VALUES (30, 'merry', 'm', 'sad')
new: SELECT * FROM happy ORDER BY id
new: REFRESH MATERIALIZED VIEW middle
new: SELECT * FROM middle ORDER BY id
