old: INSERT INTO lines VALUES ('old')
new: INSERT INTO lines (body) VALUES ('new') RETURNING *
new: INSERT INTO lines VALUES ('given', 20) RETURNING *
new: UPDATE lines SET number = 30 WHERE body = 'one'
old: UPDATE lines SET body = 'two!' WHERE body = 'two'
old: SET ROLE pg_signal_backend
old: INSERT INTO lines VALUES ('another role')
new: SET ROLE pg_signal_backend
new: INSERT INTO lines (body) VALUES ('another role, too') RETURNING *
