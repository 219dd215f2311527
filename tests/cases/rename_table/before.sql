CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers);
INSERT INTO customers VALUES (1, 'Ann');
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM customers WHERE id = NEW.customer;
  RETURN NULL;
END $$;
CREATE TRIGGER look AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION look();
