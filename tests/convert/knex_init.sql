-- Made by Knex 3.3.0, toString() of a schema builder.
create table "companies" ("id" serial primary key, "name" varchar(255) not null, "created_at" timestamptz not null default CURRENT_TIMESTAMP, "updated_at" timestamptz not null default CURRENT_TIMESTAMP);
create table "people" ("id" bigserial primary key, "email" varchar(200) not null, "company_id" integer, "state" text check ("state" in ('new', 'old')) default 'new', "tags" jsonb default '[]', "rate" decimal(8, 2), "active" boolean not null default '1', "codes" text[]);
comment on table "people" is 'Who works where';
alter table "people" add constraint "people_email_unique" unique ("email");
alter table "people" add constraint "people_company_id_foreign" foreign key ("company_id") references "companies" ("id") on delete CASCADE;
create index "people_company_id_index" on "people" ("company_id");
create index "people_company_id_active_index" on "people" ("company_id", "active");
