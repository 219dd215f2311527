old: INSERT INTO people VALUES (10, 'bob@example.com')
new: INSERT INTO people VALUES (20, 'cyd@example.com')
