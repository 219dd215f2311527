new: INSERT INTO lines (body) VALUES ('after') RETURNING *
new: SET ROLE pg_signal_backend
new: INSERT INTO lines (body) VALUES ('another role') RETURNING *
