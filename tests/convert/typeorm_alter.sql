-- Made by TypeORM 1.1.1, schema:log.
ALTER TABLE "book" RENAME COLUMN "old" TO "meta";
CREATE TABLE "book_editors_author" ("bookId" integer NOT NULL, "authorId" uuid NOT NULL, CONSTRAINT "PK_9778d7d3b476a852fa457338baf" PRIMARY KEY ("bookId", "authorId"));
CREATE INDEX "IDX_fa1a0a5940e1396f4f43428953" ON "book_editors_author"  ("bookId") ;
CREATE INDEX "IDX_e6e153f1346750c697d7f44093" ON "book_editors_author"  ("authorId") ;
ALTER TABLE "author" ADD "email" character varying;
ALTER TABLE "author" ADD CONSTRAINT "UQ_384deada87eb62ab31c5d5afae5" UNIQUE ("email");
ALTER TYPE "public"."author_kind_enum" ADD VALUE 'group';
ALTER TABLE "book" ALTER COLUMN "price" TYPE numeric(10,2);
ALTER TABLE "book" DROP COLUMN "meta";
ALTER TABLE "book" ADD "meta" jsonb;
ALTER TABLE "book" ADD CONSTRAINT "CHK_price" CHECK ("price" >= 0);
ALTER TABLE "book_editors_author" ADD CONSTRAINT "FK_fa1a0a5940e1396f4f434289537" FOREIGN KEY ("bookId") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "book_editors_author" ADD CONSTRAINT "FK_e6e153f1346750c697d7f440930" FOREIGN KEY ("authorId") REFERENCES "author"("id") ON DELETE CASCADE ON UPDATE CASCADE;
