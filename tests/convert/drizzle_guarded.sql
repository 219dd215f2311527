-- Written by hand in the manner of older releases of Drizzle, which guard what has no IF NOT EXISTS.
DO $$ BEGIN
 CREATE TYPE "public"."mood" AS ENUM('sad', 'glad');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "days" (
	"id" serial PRIMARY KEY NOT NULL,
	"mood" "mood" NOT NULL,
	"person_id" integer
);
--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "days" ADD CONSTRAINT "days_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
DO $$ BEGIN
 IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'people' AND column_name = 'nick') THEN
  ALTER TABLE people ADD COLUMN nick text;
 END IF;
END $$;
