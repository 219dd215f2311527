old: INSERT INTO tenants (name) VALUES ('Bob') RETURNING id
new: INSERT INTO tenants (name, city) VALUES ('Cid', 'Oslo') RETURNING id
old: INSERT INTO guests (name) VALUES ('Bob') RETURNING id
new: INSERT INTO guests (name) VALUES ('Cid') RETURNING id
new: UPDATE guests SET id = DEFAULT WHERE name = 'Cid' RETURNING id
new: INSERT INTO others (name) VALUES ('Cid') RETURNING id
