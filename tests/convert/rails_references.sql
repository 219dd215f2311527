-- Written by hand in the manner of Rails: add_reference, add_timestamps, change_column_null, add_check_constraint.
ALTER TABLE "orders" ADD "customer_id" bigint;
CREATE INDEX CONCURRENTLY "index_orders_on_customer_id" ON "orders" ("customer_id");
ALTER TABLE "orders" ADD CONSTRAINT "fk_rails_3dad120da9"
FOREIGN KEY ("customer_id")
  REFERENCES "customers" ("id")
;
ALTER TABLE "orders" ADD "created_at" timestamp(6) DEFAULT '2026-01-01 00:00:00' NOT NULL;
UPDATE "orders" SET "state"='new' WHERE "state" IS NULL;
ALTER TABLE "orders" ALTER COLUMN "state" SET NOT NULL;
ALTER TABLE "orders" ALTER COLUMN "state" SET DEFAULT 'new';
ALTER TABLE "orders" ADD CONSTRAINT chk_rails_1 CHECK (price > 0);
