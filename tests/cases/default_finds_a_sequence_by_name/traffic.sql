old: INSERT INTO others (name) VALUES ('Bob')
new: INSERT INTO others (name, city) VALUES ('Cid', 'Oslo') RETURNING id
new: INSERT INTO tenants VALUES (9, 'Dan')
