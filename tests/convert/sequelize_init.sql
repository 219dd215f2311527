-- Made by Sequelize 6.37.8: what a query interface sends, without its questions to the catalog.
CREATE TABLE IF NOT EXISTS "Teams" ("id"  SERIAL , "name" VARCHAR(255) NOT NULL, "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL, "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY ("id"));
DO 'BEGIN CREATE TYPE "public"."enum_Users_status" AS ENUM(''on'', ''off''); EXCEPTION WHEN duplicate_object THEN null; END';
CREATE TABLE IF NOT EXISTS "Users" ("id" UUID DEFAULT gen_random_uuid() , "email" VARCHAR(120) NOT NULL UNIQUE, "status" "public"."enum_Users_status" DEFAULT 'on', "teamId" INTEGER REFERENCES "Teams" ("id") ON DELETE SET NULL ON UPDATE CASCADE, "score" FLOAT , "tags" TEXT[], PRIMARY KEY ("id")); COMMENT ON COLUMN "Users"."score" IS 'out of ten';
CREATE INDEX "users_team_id_status" ON "Users" ("teamId", "status");
