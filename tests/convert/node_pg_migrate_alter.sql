-- Made by node-pg-migrate 9.0.0, up --dry-run.
ALTER TABLE "albums"
  ADD "format" format DEFAULT $pga$cd$pga$,
  ADD "label" text;
UPDATE albums SET label = 'none';
ALTER TABLE "albums"
  ALTER "label" SET NOT NULL;
ALTER TABLE "albums"
  ALTER "title" SET DATA TYPE varchar(200);
ALTER TABLE "tracks" RENAME "name" TO "title";
ALTER TABLE "tracks"
  ADD CONSTRAINT "tracks_title_uk" UNIQUE ("album_id", "title");
ALTER TABLE "tracks"
  DROP "tags";
ALTER TYPE "format" ADD VALUE IF NOT EXISTS $pga$tape$pga$;
CREATE VIEW "rated" AS SELECT id, title FROM albums WHERE rating > 3;
INSERT INTO "public"."pgmigrations" (name, run_on) VALUES ('1700000000001_alter', NOW());
