ALTER TABLE "post_tags" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "post_tags" CASCADE;--> statement-breakpoint
ALTER TABLE "posts" DROP CONSTRAINT "posts_title";--> statement-breakpoint
DROP INDEX "users_bio_idx";--> statement-breakpoint
CREATE INDEX "users_bio_idx" ON "users" USING btree ("bio");--> statement-breakpoint
ALTER TABLE "posts" DROP COLUMN "published";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "phone";