CREATE FUNCTION cents(price numeric) RETURNS integer IMMUTABLE LANGUAGE sql RETURN round(price * 100)::integer;
CREATE FUNCTION cents(price text) RETURNS integer IMMUTABLE LANGUAGE sql RETURN cents(price::numeric);
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE products (id int PRIMARY KEY, price int NOT NULL DEFAULT cents('9.99'), CHECK (price > cents(0)));
INSERT INTO products VALUES (1, 199);
CREATE TYPE unit AS ENUM ('kg', 'm');
CREATE FUNCTION unit_of(int) RETURNS unit LANGUAGE sql RETURN 'kg'::unit;
CREATE FUNCTION second_unit() RETURNS unit LANGUAGE sql RETURN unit_of(2);
