-- A small database as pgroll leaves it, by pg_dump: pgroll's functions are left out.
CREATE SCHEMA pgroll;
DROP SCHEMA public;
--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: migrations; Type: TABLE; Schema: pgroll; Owner: -
--

CREATE TABLE pgroll.migrations (
    schema name NOT NULL,
    name text NOT NULL,
    migration jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    parent text,
    done boolean DEFAULT false NOT NULL,
    resulting_schema jsonb DEFAULT '{}'::jsonb NOT NULL,
    migration_type character varying(32) DEFAULT 'pgroll'::character varying,
    CONSTRAINT migration_type_check CHECK (((migration_type)::text = ANY ((ARRAY['pgroll'::character varying, 'inferred'::character varying, 'baseline'::character varying])::text[])))
);


--
-- Name: pgroll_version; Type: TABLE; Schema: pgroll; Owner: -
--

CREATE TABLE pgroll.pgroll_version (
    version text NOT NULL,
    initialized_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: pgroll; Owner: -
--

INSERT INTO pgroll.migrations VALUES ('public', '01_create_tables', '{"operations": [{"create_table": {"name": "customers", "columns": [{"pk": true, "name": "id", "type": "integer"}, {"name": "name", "type": "varchar(255)", "unique": true}, {"name": "credit_card", "type": "text", "nullable": true}]}}, {"create_table": {"name": "bills", "columns": [{"pk": true, "name": "id", "type": "integer"}, {"name": "date", "type": "time with time zone"}, {"name": "quantity", "type": "integer"}]}}, {"create_table": {"name": "sellers", "columns": [{"pk": true, "name": "name", "type": "varchar(255)"}, {"pk": true, "name": "zip", "type": "integer"}, {"name": "description", "type": "varchar(255)", "nullable": true}]}}]}', '2026-11-21 03:39:48.91027+00', '2026-11-21 03:39:48.91027+00', NULL, true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "customers": {"oid": "21663", "name": "customers", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.customers USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}}}', 'pgroll');
INSERT INTO pgroll.migrations VALUES ('public', '02_create_another_table', '{"operations": [{"create_table": {"name": "products", "columns": [{"pk": true, "name": "id", "type": "serial"}, {"name": "name", "type": "varchar(255)", "unique": true}, {"name": "price", "type": "decimal(10,2)"}]}}]}', '2026-11-21 03:39:48.989906+00', '2026-11-21 03:39:48.989906+00', '01_create_tables', true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "products": {"oid": "21698", "name": "products", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.products_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "price": {"name": "price", "type": "numeric(10,2)", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"products_pkey": {"name": "products_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)"}, "products_name_key": {"name": "products_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_name_key ON public.products USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"products_name_key": {"name": "products_name_key", "columns": ["name"]}}}, "customers": {"oid": "21663", "name": "customers", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.customers USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}}}', 'pgroll');
INSERT INTO pgroll.migrations VALUES ('public', '03_add_column', '{"operations": [{"add_column": {"up": "UPPER(name)", "table": "products", "column": {"name": "description", "type": "varchar(255)", "nullable": true}}}, {"add_column": {"table": "products", "column": {"name": "stock", "type": "int", "default": "100"}}}, {"add_column": {"up": "name || ''-category''", "table": "products", "column": {"name": "category", "type": "varchar(255)"}}}]}', '2026-11-21 03:39:49.058621+00', '2026-11-21 03:39:49.058621+00', '02_create_another_table', true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "products": {"oid": "21698", "name": "products", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.products_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "price": {"name": "price", "type": "numeric(10,2)", "unique": false, "nullable": false, "postgrestype": "base"}, "stock": {"name": "stock", "type": "integer", "unique": false, "default": "100", "nullable": false, "postgrestype": "base"}, "category": {"name": "category", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"products_pkey": {"name": "products_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)"}, "products_name_key": {"name": "products_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_name_key ON public.products USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"products_name_key": {"name": "products_name_key", "columns": ["name"]}}}, "customers": {"oid": "21663", "name": "customers", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.customers USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}}}', 'pgroll');
INSERT INTO pgroll.migrations VALUES ('public', '04_rename_table', '{"operations": [{"rename_table": {"to": "clients", "from": "customers"}}]}', '2026-11-21 03:39:49.154424+00', '2026-11-21 03:39:49.154424+00', '03_add_column', true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "clients": {"oid": "21663", "name": "clients", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.clients USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.clients USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "products": {"oid": "21698", "name": "products", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.products_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "price": {"name": "price", "type": "numeric(10,2)", "unique": false, "nullable": false, "postgrestype": "base"}, "stock": {"name": "stock", "type": "integer", "unique": false, "default": "100", "nullable": false, "postgrestype": "base"}, "category": {"name": "category", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"products_pkey": {"name": "products_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)"}, "products_name_key": {"name": "products_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_name_key ON public.products USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"products_name_key": {"name": "products_name_key", "columns": ["name"]}}}}}', 'pgroll');
INSERT INTO pgroll.migrations VALUES ('public', '12_create_employees_table', '{"operations": [{"create_table": {"name": "employees", "columns": [{"pk": true, "name": "id", "type": "serial"}, {"name": "role", "type": "varchar(255)", "comment": "This is a comment for the role column"}], "comment": "This is a comment for the employees table"}}]}', '2026-11-21 03:39:49.213618+00', '2026-11-21 03:39:49.213618+00', '04_rename_table', true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "clients": {"oid": "21663", "name": "clients", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.clients USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.clients USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "products": {"oid": "21698", "name": "products", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.products_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "price": {"name": "price", "type": "numeric(10,2)", "unique": false, "nullable": false, "postgrestype": "base"}, "stock": {"name": "stock", "type": "integer", "unique": false, "default": "100", "nullable": false, "postgrestype": "base"}, "category": {"name": "category", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"products_pkey": {"name": "products_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)"}, "products_name_key": {"name": "products_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_name_key ON public.products USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"products_name_key": {"name": "products_name_key", "columns": ["name"]}}}, "employees": {"oid": "21777", "name": "employees", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.employees_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "role": {"name": "role", "type": "varchar(255)", "unique": false, "comment": "This is a comment for the role column", "nullable": false, "postgrestype": "base"}}, "comment": "This is a comment for the employees table", "indexes": {"employees_pkey": {"name": "employees_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX employees_pkey ON public.employees USING btree (id)"}}, "primaryKey": ["id"]}}}', 'pgroll');
INSERT INTO pgroll.migrations VALUES ('public', '13_rename_column', '{"operations": [{"rename_column": {"to": "job_title", "from": "role", "table": "employees"}}]}', '2026-11-21 03:39:49.277095+00', '2026-11-21 03:39:49.277095+00', '12_create_employees_table', true, '{"name": "public", "tables": {"bills": {"oid": "21672", "name": "bills", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "date": {"name": "date", "type": "time with time zone", "unique": false, "nullable": false, "postgrestype": "base"}, "quantity": {"name": "quantity", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}}, "indexes": {"bills_pkey": {"name": "bills_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX bills_pkey ON public.bills USING btree (id)"}}, "primaryKey": ["id"]}, "clients": {"oid": "21663", "name": "clients", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "credit_card": {"name": "credit_card", "type": "text", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"customers_pkey": {"name": "customers_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_pkey ON public.clients USING btree (id)"}, "customers_name_key": {"name": "customers_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX customers_name_key ON public.clients USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"customers_name_key": {"name": "customers_name_key", "columns": ["name"]}}}, "sellers": {"oid": "21677", "name": "sellers", "columns": {"zip": {"name": "zip", "type": "integer", "unique": false, "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"sellers_pkey": {"name": "sellers_pkey", "method": "btree", "unique": true, "columns": ["name", "zip"], "exclusion": false, "definition": "CREATE UNIQUE INDEX sellers_pkey ON public.sellers USING btree (name, zip)"}}, "primaryKey": ["name", "zip"]}, "products": {"oid": "21698", "name": "products", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.products_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "name": {"name": "name", "type": "varchar(255)", "unique": true, "nullable": false, "postgrestype": "base"}, "price": {"name": "price", "type": "numeric(10,2)", "unique": false, "nullable": false, "postgrestype": "base"}, "stock": {"name": "stock", "type": "integer", "unique": false, "default": "100", "nullable": false, "postgrestype": "base"}, "category": {"name": "category", "type": "varchar(255)", "unique": false, "nullable": false, "postgrestype": "base"}, "description": {"name": "description", "type": "varchar(255)", "unique": false, "nullable": true, "postgrestype": "base"}}, "indexes": {"products_pkey": {"name": "products_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)"}, "products_name_key": {"name": "products_name_key", "method": "btree", "unique": true, "columns": ["name"], "exclusion": false, "definition": "CREATE UNIQUE INDEX products_name_key ON public.products USING btree (name)"}}, "primaryKey": ["id"], "uniqueConstraints": {"products_name_key": {"name": "products_name_key", "columns": ["name"]}}}, "employees": {"oid": "21777", "name": "employees", "columns": {"id": {"name": "id", "type": "integer", "unique": true, "default": "nextval(''public.employees_id_seq''::regclass)", "nullable": false, "postgrestype": "base"}, "job_title": {"name": "job_title", "type": "varchar(255)", "unique": false, "comment": "This is a comment for the role column", "nullable": false, "postgrestype": "base"}}, "comment": "This is a comment for the employees table", "indexes": {"employees_pkey": {"name": "employees_pkey", "method": "btree", "unique": true, "columns": ["id"], "exclusion": false, "definition": "CREATE UNIQUE INDEX employees_pkey ON public.employees USING btree (id)"}}, "primaryKey": ["id"]}}}', 'pgroll');


--
-- Data for Name: pgroll_version; Type: TABLE DATA; Schema: pgroll; Owner: -
--

INSERT INTO pgroll.pgroll_version VALUES ('development', '2026-11-21 03:39:48.842179+00');


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: pgroll; Owner: -
--

ALTER TABLE ONLY pgroll.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (schema, name);


--
-- Name: pgroll_version pgroll_version_pkey; Type: CONSTRAINT; Schema: pgroll; Owner: -
--

ALTER TABLE ONLY pgroll.pgroll_version
    ADD CONSTRAINT pgroll_version_pkey PRIMARY KEY (version);


--
-- Name: history_is_linear; Type: INDEX; Schema: pgroll; Owner: -
--

CREATE UNIQUE INDEX history_is_linear ON pgroll.migrations USING btree (schema, parent);


--
-- Name: only_first_migration_without_parent; Type: INDEX; Schema: pgroll; Owner: -
--

CREATE UNIQUE INDEX only_first_migration_without_parent ON pgroll.migrations USING btree (schema) WHERE (parent IS NULL);


--
-- Name: only_one_active; Type: INDEX; Schema: pgroll; Owner: -
--

CREATE UNIQUE INDEX only_one_active ON pgroll.migrations USING btree (schema, name, done) WHERE (done = false);


--
-- Name: migrations migrations_schema_parent_fkey; Type: FK CONSTRAINT; Schema: pgroll; Owner: -
--

ALTER TABLE ONLY pgroll.migrations
    ADD CONSTRAINT migrations_schema_parent_fkey FOREIGN KEY (schema, parent) REFERENCES pgroll.migrations(schema, name);


--
-- PostgreSQL database dump complete
--


--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: public; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA public;


--
-- Name: SCHEMA public; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA public IS 'standard public schema';


--
-- Name: public_13_rename_column; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA public_13_rename_column;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: bills; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bills (
    id integer NOT NULL,
    date time with time zone NOT NULL,
    quantity integer NOT NULL
);


--
-- Name: clients; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.clients (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    credit_card text
);


--
-- Name: employees; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.employees (
    id integer NOT NULL,
    job_title character varying(255) NOT NULL
);


--
-- Name: TABLE employees; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.employees IS 'This is a comment for the employees table';


--
-- Name: COLUMN employees.job_title; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.employees.job_title IS 'This is a comment for the role column';


--
-- Name: employees_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.employees_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: employees_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.employees_id_seq OWNED BY public.employees.id;


--
-- Name: products; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.products (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    price numeric(10,2) NOT NULL,
    description character varying(255),
    stock integer DEFAULT 100 NOT NULL,
    category character varying(255) NOT NULL
);


--
-- Name: products_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.products_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: products_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.products_id_seq OWNED BY public.products.id;


--
-- Name: sellers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sellers (
    name character varying(255) NOT NULL,
    zip integer NOT NULL,
    description character varying(255)
);


--
-- Name: bills; Type: VIEW; Schema: public_13_rename_column; Owner: -
--

CREATE VIEW public_13_rename_column.bills WITH (security_invoker='true') AS
 SELECT bills.id,
    bills.date,
    bills.quantity
   FROM public.bills;


--
-- Name: clients; Type: VIEW; Schema: public_13_rename_column; Owner: -
--

CREATE VIEW public_13_rename_column.clients WITH (security_invoker='true') AS
 SELECT clients.credit_card,
    clients.id,
    clients.name
   FROM public.clients;


--
-- Name: employees; Type: VIEW; Schema: public_13_rename_column; Owner: -
--

CREATE VIEW public_13_rename_column.employees WITH (security_invoker='true') AS
 SELECT employees.id,
    employees.job_title
   FROM public.employees;


--
-- Name: products; Type: VIEW; Schema: public_13_rename_column; Owner: -
--

CREATE VIEW public_13_rename_column.products WITH (security_invoker='true') AS
 SELECT products.description,
    products.id,
    products.name,
    products.price,
    products.stock,
    products.category
   FROM public.products;


--
-- Name: sellers; Type: VIEW; Schema: public_13_rename_column; Owner: -
--

CREATE VIEW public_13_rename_column.sellers WITH (security_invoker='true') AS
 SELECT sellers.name,
    sellers.description,
    sellers.zip
   FROM public.sellers;


--
-- Name: employees id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.employees ALTER COLUMN id SET DEFAULT nextval('public.employees_id_seq'::regclass);


--
-- Name: products id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.products ALTER COLUMN id SET DEFAULT nextval('public.products_id_seq'::regclass);


--
-- Name: employees id; Type: DEFAULT; Schema: public_13_rename_column; Owner: -
--

ALTER TABLE ONLY public_13_rename_column.employees ALTER COLUMN id SET DEFAULT nextval('public.employees_id_seq'::regclass);


--
-- Name: products id; Type: DEFAULT; Schema: public_13_rename_column; Owner: -
--

ALTER TABLE ONLY public_13_rename_column.products ALTER COLUMN id SET DEFAULT nextval('public.products_id_seq'::regclass);


--
-- Name: products stock; Type: DEFAULT; Schema: public_13_rename_column; Owner: -
--

ALTER TABLE ONLY public_13_rename_column.products ALTER COLUMN stock SET DEFAULT 100;


--
-- Data for Name: bills; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: clients; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: employees; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: products; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sellers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: employees_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.employees_id_seq', 1, false);


--
-- Name: products_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.products_id_seq', 1, false);


--
-- Name: bills bills_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bills
    ADD CONSTRAINT bills_pkey PRIMARY KEY (id);


--
-- Name: clients customers_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.clients
    ADD CONSTRAINT customers_name_key UNIQUE (name);


--
-- Name: clients customers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.clients
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: employees employees_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.employees
    ADD CONSTRAINT employees_pkey PRIMARY KEY (id);


--
-- Name: products products_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.products
    ADD CONSTRAINT products_name_key UNIQUE (name);


--
-- Name: products products_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (id);


--
-- Name: sellers sellers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sellers
    ADD CONSTRAINT sellers_pkey PRIMARY KEY (name, zip);


--
-- PostgreSQL database dump complete
--


