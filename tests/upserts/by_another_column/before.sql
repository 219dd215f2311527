CREATE TABLE users (id int PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, visits int NOT NULL DEFAULT 0);
