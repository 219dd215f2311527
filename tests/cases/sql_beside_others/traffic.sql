old: INSERT INTO people VALUES (10, 'BOB@EXAMPLE.COM')
new: INSERT INTO people VALUES (20, 'Cyd', 'cyd@example.com')
new: INSERT INTO visits_of_people (home) VALUES ('here') RETURNING id
