-- Written by hand in the manner of Drizzle, which makes an enum anew by way of text.
ALTER TABLE "jobs" ALTER COLUMN "state" SET DATA TYPE text;--> statement-breakpoint
DROP TYPE "public"."state";--> statement-breakpoint
CREATE TYPE "public"."state" AS ENUM('open', 'done');--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "state" SET DATA TYPE "public"."state" USING "state"::"public"."state";
