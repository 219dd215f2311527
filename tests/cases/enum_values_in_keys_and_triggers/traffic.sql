new: SELECT id, person, state = 'active'::state, grade = 'b'::"Grade" FROM shifts ORDER BY id
old: SELECT id FROM shifts WHERE state = 'open' ORDER BY id
old: INSERT INTO shifts VALUES (10, 'bob', 'open', 'a')
new: INSERT INTO shifts VALUES (20, 'bob', 'active'::state, 'c'::"Grade")
new: INSERT INTO shifts VALUES (21, 'eve', 'active'::state, 'c'::"Grade")
old: INSERT INTO shifts VALUES (22, 'eve', 'open', 'a')
new: UPDATE shifts SET state = 'done'::state WHERE id = 21
old: INSERT INTO shifts VALUES (23, 'eve', 'done', 'a')
old: INSERT INTO shifts VALUES (24, 'eve', 'open', 'b') ON CONFLICT (person) WHERE state = 'open' DO UPDATE SET grade = 'a'
new: INSERT INTO shifts VALUES (25, 'eve', 'active', 'b') ON CONFLICT (person) WHERE state = 'active' DO UPDATE SET grade = 'c' RETURNING id, grade
new: INSERT INTO shifts VALUES (26, 'ghost', 'active', 'c') RETURNING state
old: UPDATE shifts SET grade = 'a' WHERE id = 26 RETURNING state
new: SELECT '{active,done}'::state[], array_agg(grade ORDER BY id) = '{a,b,NULL,a,c,c,a,c,c}'::"Grade"[] FROM shifts
