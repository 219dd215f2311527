new: UPDATE users SET name = 'DORA' WHERE id = 4
new: INSERT INTO users VALUES (6, 'FAY', 5000000000)
new: UPDATE archive.together SET "Name" = 'BEN' WHERE "Name" = 'ANN'
new: SELECT * FROM public.told
new: SELECT * FROM archive.together ORDER BY 1
new: UPDATE public.grown SET age = 3 WHERE id = 1
new: INSERT INTO public.grown (id, name) VALUES (7, 'GUS')
new: SELECT id, name, age, pg_typeof(name), pg_typeof(age) FROM public.grown ORDER BY id
new: SELECT public.name_of(1)
