new: INSERT INTO bills (title) VALUES ('after') RETURNING *
new: INSERT INTO bills (id, title) VALUES (1, 'given')
