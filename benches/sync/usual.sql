-- The same change in the usual way: a column beside the old one, and for each direction a trigger with a
-- function that takes all columns of the row into variables, and looks at the search path. (The
-- name of the new version is a constant here; tools that look it up with a query are slower.)
ALTER TABLE customers ADD COLUMN usual_new_rating integer;
UPDATE customers SET usual_new_rating = CAST(rating AS integer);

CREATE FUNCTION usual_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  id public.customers.id%TYPE := NEW.id;
  email public.customers.email%TYPE := NEW.email;
  name public.customers.name%TYPE := NEW.name;
  rating public.customers.rating%TYPE := NEW.rating;
  balance public.customers.balance%TYPE := NEW.balance;
  visits public.customers.visits%TYPE := NEW.visits;
  active public.customers.active%TYPE := NEW.active;
  country public.customers.country%TYPE := NEW.country;
  notes public.customers.notes%TYPE := NEW.notes;
  created_at public.customers.created_at%TYPE := NEW.created_at;
  updated_at public.customers.updated_at%TYPE := NEW.updated_at;
  token public.customers.token%TYPE := NEW.token;
  new_schema text := 'public_02_rating';
  search_path text;
BEGIN
  SELECT current_setting INTO search_path FROM current_setting('search_path');
  IF search_path <> new_schema THEN
    NEW.usual_new_rating = CAST(rating AS integer);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION usual_down() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  id public.customers.id%TYPE := NEW.id;
  email public.customers.email%TYPE := NEW.email;
  name public.customers.name%TYPE := NEW.name;
  rating public.customers.usual_new_rating%TYPE := NEW.usual_new_rating;
  balance public.customers.balance%TYPE := NEW.balance;
  visits public.customers.visits%TYPE := NEW.visits;
  active public.customers.active%TYPE := NEW.active;
  country public.customers.country%TYPE := NEW.country;
  notes public.customers.notes%TYPE := NEW.notes;
  created_at public.customers.created_at%TYPE := NEW.created_at;
  updated_at public.customers.updated_at%TYPE := NEW.updated_at;
  token public.customers.token%TYPE := NEW.token;
  new_schema text := 'public_02_rating';
  search_path text;
BEGIN
  SELECT current_setting INTO search_path FROM current_setting('search_path');
  IF search_path = new_schema THEN
    NEW.rating = CAST(rating AS text);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER usual_up BEFORE INSERT OR UPDATE ON customers
FOR EACH ROW EXECUTE FUNCTION usual_up();
CREATE TRIGGER usual_down BEFORE INSERT OR UPDATE ON customers
FOR EACH ROW EXECUTE FUNCTION usual_down();

CREATE SCHEMA public_01_base;
CREATE VIEW public_01_base.customers AS
SELECT
  id, email, name, rating, balance, visits, active, country, notes, created_at, updated_at, token
FROM public.customers;
CREATE SCHEMA public_02_rating;
CREATE VIEW public_02_rating.customers AS
SELECT
  id, email, name, usual_new_rating AS rating, balance, visits, active, country, notes, created_at,
  updated_at, token
FROM public.customers;
