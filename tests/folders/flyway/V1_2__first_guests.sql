INSERT INTO guest (name) VALUES ('Ann'), ('Bob');
