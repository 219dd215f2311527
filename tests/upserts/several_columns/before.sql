CREATE TABLE users (id serial PRIMARY KEY, tenant int NOT NULL, email varchar(60) NOT NULL, visits int NOT NULL DEFAULT 0, UNIQUE (tenant, email));
