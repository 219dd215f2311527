-- Made by node-pg-migrate 9.0.0, up --dry-run.
CREATE TABLE "albums" (
  "id" serial PRIMARY KEY,
  "title" varchar(100) NOT NULL,
  "released" date,
  "rating" smallint DEFAULT 3 NOT NULL CHECK (rating between 1 and 5),
  "created_at" timestamp DEFAULT current_timestamp NOT NULL
);
CREATE TABLE "tracks" (
  "id" bigserial PRIMARY KEY,
  "album_id" integer NOT NULL REFERENCES "albums" ON DELETE cascade,
  "name" text NOT NULL,
  "tags" text[] DEFAULT $pga${}$pga$
);
CREATE INDEX "tracks_album_id_index" ON "tracks" ("album_id");
CREATE TYPE "format" AS ENUM ($pga$cd$pga$, $pga$vinyl$pga$);
INSERT INTO "public"."pgmigrations" (name, run_on) VALUES ('1700000000000_init', NOW());
