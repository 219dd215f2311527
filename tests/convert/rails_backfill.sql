-- Written by hand in the manner of Rails, db:migrate with its log of SQL.
BEGIN;
ALTER TABLE "books" ADD "slug" character varying;
UPDATE "books" SET "slug" = lower("books"."title");
ALTER TABLE "books" ALTER COLUMN "slug" SET NOT NULL;
ALTER TABLE "books" ADD "pages" integer DEFAULT 0;
ALTER TABLE "books" ALTER COLUMN "pages" DROP DEFAULT;
ALTER TABLE "books" ADD "copy" text;
UPDATE books SET copy = author;
ALTER TABLE "books" DROP COLUMN "author";
CREATE UNIQUE INDEX "index_books_on_slug" ON "books" ("slug");
INSERT INTO "schema_migrations" ("version") VALUES ('20260101000000') RETURNING "version";
COMMIT;
