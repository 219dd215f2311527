new: UPDATE one SET code = 'b'
old: INSERT INTO three VALUES (1, 2, 3)
