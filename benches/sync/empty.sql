-- The least that any trigger costs: a column more, and a function that changes nothing.
ALTER TABLE customers ADD COLUMN empty_new_rating integer;
UPDATE customers SET empty_new_rating = CAST(rating AS integer);

CREATE FUNCTION empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END $$;

CREATE TRIGGER empty BEFORE INSERT OR UPDATE OF rating, empty_new_rating ON customers
FOR EACH ROW EXECUTE FUNCTION empty();

CREATE SCHEMA public_01_base;
CREATE VIEW public_01_base.customers AS
SELECT
  id, email, name, rating, balance, visits, active, country, notes, created_at, updated_at, token
FROM public.customers;
