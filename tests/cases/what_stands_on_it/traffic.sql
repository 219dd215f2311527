old: UPDATE users SET name = 'anna' WHERE id = 1
new: UPDATE users SET name = 'BERT' WHERE id = 2
new: UPDATE users SET city = 'Bonn' WHERE id = 2
new: INSERT INTO users VALUES (4, 'DAN', 40)
old: INSERT INTO users VALUES (5, 'eve', 17)
old: SELECT * FROM public.told
old: SELECT * FROM public.grown ORDER BY id
old: UPDATE public.grown SET name = 'cyd' WHERE id = 3
new: SELECT id, name FROM users ORDER BY id
old: UPDATE archive.together SET "Name" = 'bea' WHERE "Name" = 'anna'
old: SELECT * FROM archive.together ORDER BY 1
new: SELECT * FROM archive.bought ORDER BY 1
new: SELECT public.name_of(1)
