-- Written by hand in the manner of golang-migrate (000002_alter.up.sql).
ALTER TABLE orders
  ADD COLUMN note text,
  ADD COLUMN status varchar(20) NOT NULL DEFAULT 'new',
  ALTER COLUMN quantity TYPE bigint,
  ALTER COLUMN quantity SET DEFAULT 1,
  DROP COLUMN legacy;
ALTER TABLE orders RENAME COLUMN total TO amount;
ALTER TABLE orders ADD CONSTRAINT amount_not_negative CHECK (amount >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT amount_not_negative;
ALTER TABLE customers RENAME TO clients;
DROP INDEX orders_customer_idx;
