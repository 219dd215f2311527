CREATE TABLE users (id int PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, visits int NOT NULL DEFAULT 0);
-- The traffic inserts e-mail addresses that nobody has: two sessions that insert the same new row ON CONFLICT (id)
-- can fail on users_email_key without any migration, too.
