CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE FUNCTION cents(numeric) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1 * 100)::integer';
CREATE FUNCTION late(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE TABLE items (id int PRIMARY KEY, price numeric, mood text);
INSERT INTO items VALUES (1, 1.5, 'sad'), (2, 2, 'glad');
