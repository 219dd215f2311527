CREATE TABLE users (id serial PRIMARY KEY, email varchar(60) NOT NULL, visits int NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX users_email ON users (lower(email));
