CREATE TABLE parts (number int NOT NULL, code varchar(8) NOT NULL, label text);
CREATE UNIQUE INDEX parts_code ON parts (code, number);
ALTER TABLE parts REPLICA IDENTITY USING INDEX parts_code;
CREATE PUBLICATION parts_changes FOR TABLE parts;
INSERT INTO parts VALUES (1, 'a', 'one'), (2, 'b', 'two');
