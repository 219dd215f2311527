old: INSERT INTO posts (id, mail) VALUES (3, 'Old@X')
new: INSERT INTO posts (id, mail) VALUES (4, 'New@X') RETURNING mail
new: UPDATE posts SET nick = 'zz' WHERE id = 1
new: UPDATE posts SET mail = 'Changed@X' WHERE id = 2
old: UPDATE posts SET title = 'third' WHERE id = 3
