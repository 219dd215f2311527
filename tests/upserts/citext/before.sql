CREATE EXTENSION citext;
CREATE TABLE users (id serial PRIMARY KEY, email citext NOT NULL UNIQUE, visits int NOT NULL DEFAULT 0);
