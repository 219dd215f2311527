new: INSERT INTO people VALUES (30, 'Eve', 40, 'eve@example.org')
new: INSERT INTO tunes VALUES (1)
new: SELECT * FROM names ORDER BY name
