CREATE TYPE state AS ENUM ('new', 'paid', 'sent');
CREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'new', total int);
INSERT INTO orders VALUES (1, 'new', 5), (2, 'paid', 6), (3, 'sent', 7);
