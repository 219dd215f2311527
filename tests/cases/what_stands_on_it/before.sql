CREATE SCHEMA archive;
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, age int, city text);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total int);
CREATE TABLE told (what text);
INSERT INTO users VALUES (1, 'ann', 30, 'Rome'), (2, 'bob', 12, NULL), (3, 'cid', 50, 'Oslo');
INSERT INTO orders VALUES (1, 1, 10), (2, 1, 20), (3, 3, 5);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  INSERT INTO told VALUES (concat_ws(' ', TG_NAME, TG_OP, NEW.name));
  RETURN NEW;
END $$;
CREATE TRIGGER named AFTER UPDATE OF name ON users FOR EACH ROW EXECUTE FUNCTION tell();
COMMENT ON TRIGGER named ON users IS 'names what is renamed';
CREATE TRIGGER renamed AFTER UPDATE ON users FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION tell();
ALTER TABLE users ENABLE ALWAYS TRIGGER named;
CREATE TRIGGER off BEFORE INSERT OR UPDATE OF name, city ON users FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE users DISABLE TRIGGER off;
CREATE CONSTRAINT TRIGGER "Late one" AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.name > 'b') EXECUTE FUNCTION tell();
CREATE POLICY own ON users AS RESTRICTIVE FOR UPDATE TO pg_monitor, PUBLIC USING (name = current_user)
  WITH CHECK (name <> '' AND EXISTS (SELECT FROM users AS other WHERE other.name = users.name));
COMMENT ON POLICY own ON users IS 'one''s own';
CREATE VIEW grown WITH (check_option = local) AS SELECT id, name, age FROM users WHERE age >= 18;
COMMENT ON VIEW grown IS 'of age';
COMMENT ON COLUMN grown.age IS 'in years';
ALTER VIEW grown ALTER COLUMN age SET DEFAULT 21;
GRANT SELECT, UPDATE (name) ON grown TO PUBLIC;
GRANT INSERT ON grown TO pg_monitor WITH GRANT OPTION;
CREATE VIEW archive.bought WITH (security_barrier) AS
  SELECT u.id, u.name, sum(o.total) AS total FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;
GRANT CREATE ON SCHEMA archive TO pg_monitor;
GRANT SELECT ON users, orders TO pg_monitor;
ALTER VIEW archive.bought OWNER TO pg_monitor;
CREATE VIEW archive.together AS SELECT b.name AS "Name", b.total, g.age FROM archive.bought b JOIN grown g USING (id);
CREATE FUNCTION archive.rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE public.users SET name = NEW."Name" WHERE name = OLD."Name";
  RETURN NEW;
END $$;
CREATE TRIGGER rename INSTEAD OF UPDATE ON archive.together FOR EACH ROW EXECUTE FUNCTION archive.rename();
COMMENT ON TRIGGER rename ON archive.together IS 'by name';
ALTER DEFAULT PRIVILEGES IN SCHEMA archive GRANT DELETE ON TABLES TO pg_signal_backend;
CREATE FUNCTION name_of(who int, OUT name text) LANGUAGE sql STABLE SECURITY DEFINER
  BEGIN ATOMIC SELECT users.name FROM users WHERE id = who; END;
COMMENT ON FUNCTION name_of IS 'the name';
REVOKE ALL ON FUNCTION name_of FROM PUBLIC;
