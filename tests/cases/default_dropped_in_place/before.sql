CREATE TABLE users (id int PRIMARY KEY, role text DEFAULT 'guest', age int NOT NULL DEFAULT 18);
INSERT INTO users VALUES (1, 'admin', 40);
