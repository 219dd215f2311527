CREATE TABLE tasks (id int, part int, title text);
CREATE TABLE marks (name text UNIQUE);
INSERT INTO tasks VALUES (1, 1, 'a'), (1, 2, 'b');
INSERT INTO marks VALUES ('x');
