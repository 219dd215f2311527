old: INSERT INTO things (doc, at, name, tags, home, span, mood, mail, code, page, flags, net, raw, took, price, words, shape, facts) VALUES ('{"o":1}', '(5,6)', 'BOB', '{c}', '(Low,2)', '(,7]', 'glad', 'O@ld', 'abc', '<o/>', B'1111', '192.168.0.9/24', '\xabcd', '90 min', 9.99, 'old:3', '((1,1),(3,3))', '{"o":[]}') RETURNING id, number, twice
new: INSERT INTO things (doc, at, name, tags, home, span, mood, mail, code, page, flags, net, raw, took, price, words, shape, facts) VALUES ('{"n":1}', '<(7,8),2>', 'Cid', '{d,e}', 'New 3', '[2,3]', 'sad', 'N@ew', 'DEF', '<n/>', B'00001111', '172.16.0.0/12', 'beef', 60, 1.25, 'new:1', '(4,4)', '{"n": 1}') RETURNING id, number, twice
new: INSERT INTO things (name) VALUES ('CID')
old: INSERT INTO things (name) VALUES ('bob') ON CONFLICT (name) DO UPDATE SET doc_too = '[]' RETURNING name, doc_too
new: INSERT INTO things (name) VALUES ('ann') ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING name, code
old: UPDATE things SET doc = '{"a":1}', at = '(1,2)', took = '24 hours' WHERE id = 10
new: UPDATE things SET doc = '{"a": 2}', home = 'Side 9', mail = 'nobody@home' WHERE id = 20
old: UPDATE things SET mood = NULL, page = NULL, span = 'empty' WHERE id = 25
new: UPDATE things SET mail = 'nowhere' WHERE id = 20
new: UPDATE things SET tags = '{far too long a tag}' WHERE id = 20
new: UPDATE things SET doc_too = '{"b": 1}', at_too = NULL, home_too = '(x,2)', mood_too = 'sad', page_too = '<z/>' WHERE id = 20
old: SELECT id, doc, at, name, tags, home, span, mood, mail, code, page, flags, net, raw, took, price, words, shape, facts FROM things ORDER BY id
new: SELECT id, doc, at, name, tags, home, span, mood, mail, code, page, flags, net, raw, took, price, words, shape, facts FROM things ORDER BY id
