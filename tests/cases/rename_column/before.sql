CREATE TABLE employees (id int PRIMARY KEY, role text, CHECK (role <> ''));
CREATE INDEX ON employees (role);
INSERT INTO employees VALUES (1, 'baker');
