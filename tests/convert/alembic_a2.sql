-- Made by Alembic 1.20.1 with SQLAlchemy 2.1.9, upgrade --sql to revision a2.
BEGIN;

-- Running upgrade a1 -> a2

ALTER TABLE account ADD COLUMN nick VARCHAR(30);

UPDATE account SET nick = left(name, 30);

ALTER TABLE account ALTER COLUMN nick SET NOT NULL;

ALTER TABLE invoice ALTER COLUMN amount TYPE NUMERIC(14, 2);

ALTER TABLE account RENAME name TO title;

ALTER TABLE account DROP COLUMN at;

ALTER TABLE account ADD CONSTRAINT uq_nick UNIQUE (nick);

ALTER TABLE invoice ADD CONSTRAINT fk_self FOREIGN KEY(id) REFERENCES invoice (id);

ALTER TABLE invoice DROP CONSTRAINT fk_self;

UPDATE alembic_version SET version_num='a2' WHERE alembic_version.version_num = 'a1';

COMMIT;

