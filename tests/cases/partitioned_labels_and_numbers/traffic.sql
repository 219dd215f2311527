old: INSERT INTO lines VALUES ('old', 2)
new: INSERT INTO lines (body, day) VALUES ('new', 20) RETURNING *
old: UPDATE lines SET day = 15 WHERE day = 2
old: SELECT * FROM lines
new: SELECT * FROM lines
