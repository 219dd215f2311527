-- Made by Django 5.2.19, sqlmigrate shop 0004.
BEGIN;
--
-- Rename model Tag to Label
--
ALTER TABLE "shop_tag" RENAME TO "shop_label";
ALTER TABLE "shop_tag_books" RENAME TO "shop_label_books";
ALTER TABLE "shop_label_books" RENAME COLUMN "tag_id" TO "label_id";
--
-- Alter field email on author
--
ALTER TABLE "shop_author" ALTER COLUMN "email" SET DEFAULT '';
UPDATE "shop_author" SET "email" = '' WHERE "email" IS NULL; SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE "shop_author" ALTER COLUMN "email" SET NOT NULL;
ALTER TABLE "shop_author" ALTER COLUMN "email" DROP DEFAULT;
--
-- Add field uid to author
--
ALTER TABLE "shop_author" ADD COLUMN "uid" uuid NULL;
--
-- Alter Author table comment
--
COMMENT ON TABLE "shop_author" IS 'Who writes';
COMMIT;
