old: INSERT INTO tasks VALUES (1, 2, 'c')
old: INSERT INTO tasks VALUES (1, NULL, 'c')
new: INSERT INTO tasks VALUES (2, 1, 'c') ON CONFLICT (id, part) DO NOTHING
old: INSERT INTO marks VALUES ('y')
new: INSERT INTO marks VALUES ('Z')
new: INSERT INTO marks VALUES (NULL)
old: INSERT INTO marks VALUES ('Y')
