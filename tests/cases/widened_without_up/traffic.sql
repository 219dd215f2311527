old: INSERT INTO goods VALUES (2, 99999999.99, '{green}', '{3}', B'1', 7, 'abc', '{"old":  1}')
new: INSERT INTO goods VALUES (3, 2.50, '{a,NULL}', '{4,NULL}', B'0', 8, 'xyz', '{"new":  1}')
new: INSERT INTO goods (id, price) VALUES (4, 1234567890.00)
new: INSERT INTO goods (id, tags) VALUES (4, '{longer than ten}')
new: INSERT INTO goods (id, counts) VALUES (4, '{5000000000}')
new: INSERT INTO goods (id, flags) VALUES (4, B'10101')
new: INSERT INTO goods (id, owner) VALUES (4, -1)
new: INSERT INTO goods (id, code) VALUES (4, 'abcde')
new: INSERT INTO goods (id, label) VALUES (4, '{"a": 1,  "a": 2}')
old: SELECT label FROM goods ORDER BY id
new: SELECT label FROM goods ORDER BY id
