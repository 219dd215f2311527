-- A database in the middle of a migration of many operations, written by hand in the manner of pgroll.
CREATE SCHEMA pgroll;
CREATE TABLE pgroll.migrations (
    schema name NOT NULL, name text NOT NULL, migration jsonb NOT NULL,
    created_at timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
    parent text, done boolean DEFAULT false NOT NULL, resulting_schema jsonb DEFAULT '{}' NOT NULL,
    migration_type varchar(32) DEFAULT 'pgroll', PRIMARY KEY (schema, name));
INSERT INTO pgroll.migrations (schema, name, migration, parent, done, migration_type) VALUES
  ('public', '00_older', '{"operations": [{"sql": {"up": "SELECT 1"}}]}', NULL, true, 'pgroll'),
  ('public', '01_base', '{"operations": []}', '00_older', true, 'baseline'),
  ('public', '01_base_20261121033949123456',
    '{"version_schema": "sql_12345678", "operations": [{"sql": {"up": "CREATE INDEX users_name ON users (name)"}}]}', '01_base', true, 'inferred'),
  ('public', '02_many', '{"name": "02_many", "version_schema": "many", "operations": [
    {"alter_column": {"table": "users", "column": "email", "type": "varchar(100)", "up": "email", "down": "email"}},
    {"alter_column": {"table": "users", "column": "age", "type": "bigint", "nullable": false, "up": "COALESCE(age, 1)", "down": "age",
                      "unique": {"name": "users_age_unique"}}},
    {"alter_column": {"table": "users", "column": "team", "nullable": false, "up": "COALESCE(team, 1)", "down": "team"}},
    {"add_column": {"table": "users", "up": "id", "column": {"name": "rank", "type": "int", "unique": true,
                    "check": {"name": "rank_positive", "constraint": "rank > 0"}}}},
    {"drop_column": {"table": "users", "column": "note", "down": "''none''"}},
    {"rename_column": {"table": "teams", "from": "name", "to": "title"}},
    {"create_table": {"name": "logs", "columns": [{"name": "id", "type": "int", "pk": true}]}},
    {"create_index": {"name": "users_name_id", "table": "users", "columns": [{"column": "name"}, {"column": "id"}]}}]}',
    '01_base_20261121033949123456', false, 'pgroll'),
  ('other', '01_theirs', '{"operations": []}', NULL, true, 'pgroll');

CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE users (id int PRIMARY KEY, name text, email text NOT NULL UNIQUE, age int CONSTRAINT age_positive CHECK (age > 0),
  team int REFERENCES teams, note text CONSTRAINT noted CHECK (note <> ''), seen int DEFAULT 0);
CREATE INDEX users_age ON users (age);
CREATE INDEX users_name ON users (name);
INSERT INTO teams VALUES (1, 'red'), (2, 'blue');
INSERT INTO users VALUES (1, 'ann', 'ann@x', 30, 1, 'a'), (2, 'bob', 'bob@x', NULL, NULL, 'b');
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.seen := OLD.seen + 1; RETURN NEW; END';
CREATE TRIGGER seen BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION seen();
CREATE SCHEMA public_01_base;
CREATE VIEW public_01_base.users AS SELECT note, team, age, email, name, id FROM users;
CREATE VIEW public_01_base.teams AS SELECT name, id FROM teams;

-- What its start does.
ALTER TABLE users ADD COLUMN _pgroll_new_email varchar(100), ADD COLUMN _pgroll_new_age bigint, ADD COLUMN _pgroll_new_team int,
  ADD COLUMN _pgroll_new_rank int, ADD COLUMN _pgroll_needs_backfill boolean DEFAULT true;
UPDATE users SET _pgroll_new_email = email, _pgroll_new_age = COALESCE(age, 1), _pgroll_new_team = COALESCE(team, 1),
  _pgroll_new_rank = id, _pgroll_needs_backfill = false, seen = 0;
ALTER TABLE users
  ADD CONSTRAINT _pgroll_dup__pgroll_check_not_null_email CHECK (_pgroll_new_email IS NOT NULL) NOT VALID,
  ADD CONSTRAINT _pgroll_dup_age_positive CHECK (_pgroll_new_age > 0) NOT VALID,
  ADD CONSTRAINT _pgroll_check_not_null_age CHECK (_pgroll_new_age IS NOT NULL) NOT VALID,
  ADD CONSTRAINT _pgroll_dup_users_team_fkey FOREIGN KEY (_pgroll_new_team) REFERENCES teams (id) NOT VALID,
  ADD CONSTRAINT _pgroll_check_not_null_team CHECK (_pgroll_new_team IS NOT NULL) NOT VALID,
  ADD CONSTRAINT _pgroll_check_not_null_rank CHECK (_pgroll_new_rank IS NOT NULL) NOT VALID,
  ADD CONSTRAINT rank_positive CHECK (_pgroll_new_rank > 0) NOT VALID;
CREATE UNIQUE INDEX _pgroll_dup_users_email_key ON users (_pgroll_new_email);
CREATE INDEX _pgroll_dup_users_age ON users (_pgroll_new_age);
CREATE UNIQUE INDEX users_age_unique ON users (_pgroll_new_age);
CREATE UNIQUE INDEX _pgroll_uniq_rank ON users (_pgroll_new_rank);
CREATE INDEX users_name_id ON users (name, id);
CREATE TABLE logs (id int PRIMARY KEY);
DO $do$
DECLARE
  sync record;
BEGIN
  FOR sync IN SELECT * FROM (VALUES
    ('email', '!=', '_pgroll_new_email', 'NEW.email'), ('_pgroll_new_email', '=', 'email', 'NEW._pgroll_new_email'),
    ('age', '!=', '_pgroll_new_age', 'COALESCE(NEW.age, 1)'), ('_pgroll_new_age', '=', 'age', 'NEW._pgroll_new_age'),
    ('team', '!=', '_pgroll_new_team', 'COALESCE(NEW.team, 1)'), ('_pgroll_new_team', '=', 'team', 'NEW._pgroll_new_team'),
    ('rank', '!=', '_pgroll_new_rank', 'NEW.id'), ('note', '=', 'note', '''none''')) AS s (name, sign, target, value)
  LOOP
    EXECUTE format('CREATE FUNCTION _pgroll_trigger_users_%1$s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_setting(''search_path'') %2$s ''public_many'' THEN
        NEW.%3$s = %4$s; NEW._pgroll_needs_backfill = false;
      END IF;
      RETURN NEW; END $$', sync.name, sync.sign, sync.target, sync.value);
    EXECUTE format('CREATE TRIGGER _pgroll_trigger_users_%1$s BEFORE INSERT OR UPDATE ON users
      FOR EACH ROW EXECUTE FUNCTION _pgroll_trigger_users_%1$s()', sync.name);
  END LOOP;
END $do$;
CREATE SCHEMA public_many;
CREATE VIEW public_many.users AS SELECT name, _pgroll_new_rank AS rank, _pgroll_new_team AS team, _pgroll_new_age AS age,
  _pgroll_new_email AS email, id FROM users;
CREATE VIEW public_many.teams AS SELECT id, name AS title FROM teams;
CREATE VIEW public_many.logs AS SELECT id FROM logs;
