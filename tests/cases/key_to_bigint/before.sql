CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL);
COMMENT ON COLUMN customers.id IS 'the number on the card';
COMMENT ON CONSTRAINT customers_pkey ON customers IS 'one a customer';
ALTER TABLE customers CLUSTER ON customers_pkey;
ALTER TABLE customers ALTER id SET STATISTICS 500;
CREATE TABLE orders (
  id int GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 10) PRIMARY KEY,
  customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE ON UPDATE CASCADE,
  total numeric(10, 2)
);
CREATE INDEX orders_by_customer ON orders (customer_id, total DESC) WHERE total > 0;
COMMENT ON CONSTRAINT orders_customer_id_fkey ON orders IS 'who pays';
CREATE TABLE lines (
  order_id int REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, place smallint, good text, PRIMARY KEY (order_id, place)
);
ALTER TABLE lines REPLICA IDENTITY USING INDEX lines_pkey;
CREATE TABLE parcels (
  id int PRIMARY KEY, order_id int, place smallint,
  CONSTRAINT parcels_line FOREIGN KEY (order_id, place) REFERENCES lines MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE TABLE visits (
  customer_id int, page text, at_desk smallint REFERENCES customers ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT visits_customer FOREIGN KEY (customer_id) REFERENCES customers
    ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE
);
CREATE TABLE letters (id int PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO customers (name) VALUES ('Ann'), ('Bob'), ('Cid'), ('Dan');
INSERT INTO orders (customer_id, total) VALUES (1, 5), (2, 7), (2, 0), (3, 1);
INSERT INTO lines VALUES (10, 1, 'pen'), (20, 1, 'ink'), (20, 2, 'cup'), (40, 1, 'cap');
INSERT INTO parcels VALUES (1, 10, 1), (2, 20, 2), (3, NULL, NULL);
INSERT INTO visits VALUES (1, '/', 2), (2, '/ink', NULL), (NULL, '/', 3);
INSERT INTO letters VALUES (1, 2), (2, 4);
-- Some rows of it are older than the foreign key.
CREATE TABLE calls (customer_id int, minutes int);
INSERT INTO calls VALUES (99, 3), (3, 4);
ALTER TABLE calls ADD CONSTRAINT calls_customer FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE NOT VALID;
