-- A table as they are: a dozen columns of several types. The free space in its pages is for the updates,
-- so that all rounds are alike.
CREATE TABLE customers (
  id bigint PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  rating text,
  balance numeric(12, 2) NOT NULL DEFAULT 0,
  visits integer NOT NULL DEFAULT 0,
  active boolean NOT NULL DEFAULT true,
  country char(2) NOT NULL DEFAULT 'de',
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  token uuid NOT NULL DEFAULT gen_random_uuid()
) WITH (fillfactor = 70);
INSERT INTO customers (id, email, name, rating, notes)
SELECT n, 'customer' || n || '@example.com', 'Customer ' || n, (n % 1000)::text, repeat('x', n % 100)
FROM generate_series(1, current_setting('bench.rows')::integer) AS n;
