-- Made by Sequelize 6.37.8: what a query interface sends.
ALTER TABLE "public"."Users" ADD COLUMN "nick" VARCHAR(255);
ALTER TABLE "Users" ALTER COLUMN "email" SET NOT NULL;ALTER TABLE "Users" ALTER COLUMN "email" DROP DEFAULT;ALTER TABLE "Users" ALTER COLUMN "email" TYPE VARCHAR(320);
ALTER TABLE "Users" RENAME COLUMN "score" TO "points";
ALTER TABLE "Users" ADD CONSTRAINT "users_nick_uk" UNIQUE ("nick");
ALTER TABLE "public"."Users" DROP COLUMN "tags";
ALTER TABLE "public"."Teams" ADD COLUMN "leader" UUID REFERENCES "Users" ("id");
DROP INDEX IF EXISTS "users_team_id_status";
