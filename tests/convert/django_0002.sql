-- Made by Django 5.2.19, sqlmigrate shop 0002.
BEGIN;
--
-- Add field subtitle to book
--
ALTER TABLE "shop_book" ADD COLUMN "subtitle" varchar(200) DEFAULT 'none' NOT NULL;
ALTER TABLE "shop_book" ALTER COLUMN "subtitle" DROP DEFAULT;
--
-- Add field stock to book
--
ALTER TABLE "shop_book" ADD COLUMN "stock" integer NULL;
--
-- Add field reviewer to book
--
ALTER TABLE "shop_book" ADD COLUMN "reviewer_id" bigint NULL CONSTRAINT "shop_book_reviewer_id_a71de264_fk_shop_author_id" REFERENCES "shop_author"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "shop_book_reviewer_id_a71de264_fk_shop_author_id" IMMEDIATE;
--
-- Alter field name on author
--
ALTER TABLE "shop_author" ALTER COLUMN "name" TYPE varchar(300);
--
-- Rename field meta on book to extra
--
ALTER TABLE "shop_book" RENAME COLUMN "meta" TO "extra";
--
-- Create index tag_word_idx on field(s) word of model tag
--
CREATE INDEX "tag_word_idx" ON "shop_tag" ("word");
CREATE INDEX "shop_book_reviewer_id_a71de264" ON "shop_book" ("reviewer_id");
COMMIT;
