CREATE TABLE parts (id serial PRIMARY KEY, size numeric NOT NULL UNIQUE, stock int NOT NULL DEFAULT 0);
