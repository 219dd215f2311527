-- Written by hand in the manner of Rails: create_join_table, composite keys, an index with an order.
CREATE TABLE "assemblies" ("id" bigserial primary key, "name" character varying, "lock_version" integer DEFAULT 0 NOT NULL, "created_at" timestamp(6) NOT NULL);
CREATE TABLE "parts" ("id" bigserial primary key, "number" character varying(20) NOT NULL, "weight" decimal(10,3), "tags" character varying[] DEFAULT '{}');
CREATE TABLE "assemblies_parts" ("assembly_id" bigint NOT NULL, "part_id" bigint NOT NULL, CONSTRAINT "fk_rails_a" FOREIGN KEY ("assembly_id") REFERENCES "assemblies" ("id"), CONSTRAINT "fk_rails_b" FOREIGN KEY ("part_id") REFERENCES "parts" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "index_assemblies_parts" ON "assemblies_parts" ("assembly_id", "part_id");
CREATE INDEX "index_parts_on_tags" ON "parts" USING gin ("tags");
CREATE INDEX "index_parts_on_weight" ON "parts" ("weight" DESC NULLS LAST) WHERE weight IS NOT NULL;
