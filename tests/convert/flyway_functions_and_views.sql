-- Written by hand in the manner of Flyway.
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE OR REPLACE FUNCTION net(price numeric, tax percent DEFAULT 19) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT round(price / (100 + tax) * 100, 2)
$$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  NEW.name := trim(NEW.name);
  RETURN NEW;
END
$body$;
CREATE TRIGGER goods_touch BEFORE INSERT OR UPDATE ON goods FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW dear AS SELECT g.id, net(g.price) AS net FROM public.goods g WHERE g.price > 10;
CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS number FROM goods;
CREATE UNIQUE INDEX counts_number ON counts (number);
COMMENT ON FUNCTION touch() IS 'Trims';
