-- The least that any trigger does which fills the column: it asks nothing, so that it is wrong for whoever writes
-- through the new version, and for a row that is written as it was.
ALTER TABLE customers ADD COLUMN least_new_rating integer;
UPDATE customers SET least_new_rating = CAST(rating AS integer);

CREATE FUNCTION least_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.least_new_rating := CAST(NEW.rating AS integer);
  RETURN NEW;
END $$;

CREATE TRIGGER least_up BEFORE INSERT OR UPDATE OF rating, least_new_rating ON customers
FOR EACH ROW EXECUTE FUNCTION least_up();

CREATE SCHEMA public_01_base;
CREATE VIEW public_01_base.customers AS
SELECT
  id, email, name, rating, balance, visits, active, country, notes, created_at, updated_at, token
FROM public.customers;
