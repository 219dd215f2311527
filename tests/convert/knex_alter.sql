-- Made by Knex 3.3.0, toString() of a schema builder.
alter table "people" add column "phone" varchar(30);
alter table "people" alter column "email" drop default;
alter table "people" alter column "email" drop not null;
alter table "people" alter column "email" type varchar(320) using ("email"::varchar(320));
alter table "people" alter column "email" set not null;
alter table "people" rename "rate" to "salary";
alter table "people" drop column "tags";
alter table "people" add constraint "people_company_id_email_unique" unique ("company_id", "email");
alter table "people" alter column "active" drop not null;
alter table "companies" add column "note" text;
comment on column "companies"."note" is 'free text';
alter table "companies" drop column "created_at", drop column "updated_at";
alter table "companies" rename to "firms";
