-- Made by TypeORM 1.1.1, schema:log.
CREATE TYPE "public"."author_kind_enum" AS ENUM('human', 'bot');
CREATE TABLE "author" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "name" character varying(80) NOT NULL, "kind" "public"."author_kind_enum" NOT NULL DEFAULT 'human', "bornOn" date, "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_5a0e79799d372fe56f2f3fa6871" PRIMARY KEY ("id"));
CREATE TABLE "book" ("id" SERIAL NOT NULL, "title" character varying NOT NULL, "price" numeric(8,2) NOT NULL DEFAULT '0', "old" boolean NOT NULL DEFAULT false, "authorId" uuid, CONSTRAINT "PK_a3afef72ec8f80e6e5c310b28a4" PRIMARY KEY ("id"));
CREATE INDEX "IDX_title" ON "book"  ("title") ;
ALTER TABLE "book" ADD CONSTRAINT "FK_66a4f0f47943a0d99c16ecf90b2" FOREIGN KEY ("authorId") REFERENCES "author"("id") ON DELETE CASCADE ON UPDATE NO ACTION;
