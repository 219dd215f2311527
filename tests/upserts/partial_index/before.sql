CREATE TABLE users (id serial PRIMARY KEY, email varchar(60) NOT NULL, active boolean NOT NULL DEFAULT true, visits int NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX users_email ON users (email) WHERE active;
