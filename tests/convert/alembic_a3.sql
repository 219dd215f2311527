-- Made by Alembic 1.20.1 with SQLAlchemy 2.1.9, upgrade --sql to revision a3.
BEGIN;

-- Running upgrade a2 -> a3

ALTER TABLE invoice RENAME TO bill;

ALTER TABLE bill ALTER COLUMN amount SET DEFAULT '1';

ALTER TABLE account ALTER COLUMN data SET NOT NULL;

ALTER TABLE account ALTER COLUMN data DROP DEFAULT;

CREATE TABLE country (
    code CHAR(2) NOT NULL, 
    name TEXT NOT NULL, 
    PRIMARY KEY (code)
);

INSERT INTO country (code, name) VALUES ('de', 'Germany');

INSERT INTO country (code, name) VALUES ('fr', 'France');

DROP INDEX ix_account_lower;

UPDATE alembic_version SET version_num='a3' WHERE alembic_version.version_num = 'a2';

COMMIT;

