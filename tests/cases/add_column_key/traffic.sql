old: INSERT INTO words VALUES ('old')
new: INSERT INTO words VALUES ('new') RETURNING id
new: INSERT INTO words VALUES ('again', 1)
new: INSERT INTO words VALUES ('again', NULL)
new: UPDATE words SET word = 'b!' WHERE id = 2
old: UPDATE words SET word = 'c!' WHERE word = 'c'
