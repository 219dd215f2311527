-- Written by hand in the manner of Drizzle.
CREATE TYPE "public"."mood" AS ENUM('sad', 'ok');--> statement-breakpoint
ALTER TYPE "public"."mood" ADD VALUE 'happy' BEFORE 'ok';--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "cities" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" varchar(256),
	"mood" "mood" DEFAULT 'sad',
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	CONSTRAINT "cities_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"city_id" integer,
	"settings" jsonb DEFAULT '{"a": 1}'::jsonb NOT NULL,
	CONSTRAINT "users_pair_pk" UNIQUE("id","city_id")
);
--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_city_id_cities_id_fk" FOREIGN KEY ("city_id") REFERENCES "public"."cities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "name_idx" ON "cities" USING btree ("name" DESC NULLS LAST) WHERE name IS NOT NULL;
