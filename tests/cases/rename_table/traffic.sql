old: INSERT INTO customers VALUES (2, 'Bob')
new: INSERT INTO clients VALUES (3, 'Cleo', 'Hi')
new: INSERT INTO orders VALUES (1, 3)
