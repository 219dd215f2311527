CREATE TABLE tickets (id serial PRIMARY KEY, title text NOT NULL);
-- Numbers from sequences that belong to nobody, or to somebody else.
CREATE SEQUENCE numbers AS integer;
CREATE TABLE badges (id int PRIMARY KEY DEFAULT nextval('numbers'), guest int DEFAULT nextval('tickets_id_seq'));
INSERT INTO badges DEFAULT VALUES;
INSERT INTO tickets (title) VALUES ('first'), ('second');
