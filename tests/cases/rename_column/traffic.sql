old: INSERT INTO employees (id, role) VALUES (2, 'cook')
new: INSERT INTO employees (id, job_title) VALUES (3, 'clerk')
new: UPDATE employees SET job_title = 'chief' WHERE id = 1
old: UPDATE employees SET role = '' WHERE id = 1
