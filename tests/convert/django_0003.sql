-- Made by Django 5.2.19, sqlmigrate shop 0003.
BEGIN;
--
-- Alter field stock on book
--
ALTER TABLE "shop_book" ALTER COLUMN "stock" SET DEFAULT 0;
UPDATE "shop_book" SET "stock" = 0 WHERE "stock" IS NULL; SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE "shop_book" ALTER COLUMN "stock" SET NOT NULL;
ALTER TABLE "shop_book" ALTER COLUMN "stock" DROP DEFAULT;
--
-- Remove field reviewer from book
--
ALTER TABLE "shop_book" DROP COLUMN "reviewer_id" CASCADE;
--
-- Remove constraint price_not_negative from model book
--
ALTER TABLE "shop_book" DROP CONSTRAINT "price_not_negative";
--
-- Remove index tag_word_idx from tag
--
DROP INDEX IF EXISTS "tag_word_idx";
--
-- Alter field pages on book
--
ALTER TABLE "shop_book" ALTER COLUMN "pages" TYPE bigint USING "pages"::bigint;
--
-- Create constraint stock_not_negative on model book
--
ALTER TABLE "shop_book" ADD CONSTRAINT "stock_not_negative" CHECK ("stock" >= 0);
COMMIT;
