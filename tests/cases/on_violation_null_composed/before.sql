CREATE TABLE odd_table (id int PRIMARY KEY, "Size" text, "Max" int DEFAULT 10, kind json);
INSERT INTO odd_table VALUES (1, '4', 10, NULL), (2, NULL, 10, '{}'), (3, '50', NULL, '{"a": 1}');
