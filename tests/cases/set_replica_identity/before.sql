CREATE TABLE one (id int PRIMARY KEY, code text);
CREATE TABLE two (id int PRIMARY KEY);
CREATE TABLE three (id int PRIMARY KEY, old_key int NOT NULL, new_key int NOT NULL);
CREATE TABLE four (id int PRIMARY KEY, code int NOT NULL CONSTRAINT four_code UNIQUE);
CREATE UNIQUE INDEX three_old ON three (old_key);
CREATE UNIQUE INDEX three_new ON three (new_key);
ALTER TABLE three REPLICA IDENTITY USING INDEX three_old;
ALTER TABLE four REPLICA IDENTITY USING INDEX four_code;
INSERT INTO one VALUES (1, 'a');
