-- Made by Alembic 1.20.1 with SQLAlchemy 2.1.9, upgrade --sql to revision a1.
BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> a1

CREATE TYPE account_kind AS ENUM ('free', 'paid');

CREATE TABLE account (
    id SERIAL NOT NULL, 
    name VARCHAR(50) NOT NULL, 
    kind account_kind DEFAULT 'free' NOT NULL, 
    data JSONB DEFAULT '{}'::jsonb, 
    at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id), 
    UNIQUE (name)
);

CREATE TABLE invoice (
    id BIGINT GENERATED ALWAYS AS IDENTITY, 
    account_id INTEGER, 
    amount NUMERIC(12, 2) NOT NULL, 
    PRIMARY KEY (id), 
    CONSTRAINT ck_amount CHECK (amount > 0), 
    CONSTRAINT fk_invoice_account FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);

COMMENT ON TABLE invoice IS 'What is owed';

CREATE INDEX ix_invoice_account_id ON invoice (account_id);

CREATE UNIQUE INDEX ix_account_lower ON account (lower(name));

INSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;

COMMIT;

