DROP VIEW archive.together, archive.bought, grown;
DROP FUNCTION name_of;
DROP POLICY own ON users;
DROP TRIGGER named ON users;
DROP TRIGGER renamed ON users;
DROP TRIGGER off ON users;
DROP TRIGGER "Late one" ON users;
ALTER TABLE users ALTER COLUMN name TYPE varchar(40) USING upper(name), ALTER COLUMN age TYPE bigint;
CREATE TRIGGER named AFTER UPDATE OF name ON users FOR EACH ROW EXECUTE FUNCTION tell();
COMMENT ON TRIGGER named ON users IS 'names what is renamed';
CREATE TRIGGER renamed AFTER UPDATE ON users FOR EACH ROW
  WHEN (OLD.name::text IS DISTINCT FROM NEW.name::text) EXECUTE FUNCTION tell();
ALTER TABLE users ENABLE ALWAYS TRIGGER named;
CREATE TRIGGER off BEFORE INSERT OR UPDATE OF name, city ON users FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE users DISABLE TRIGGER off;
CREATE CONSTRAINT TRIGGER "Late one" AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.name::text > 'b'::text) EXECUTE FUNCTION tell();
CREATE POLICY own ON users AS RESTRICTIVE FOR UPDATE TO pg_monitor, PUBLIC USING (name::text = current_user)
  WITH CHECK (name::text <> ''::text AND EXISTS (SELECT FROM users AS other WHERE other.name::text = users.name::text));
COMMENT ON POLICY own ON users IS 'one''s own';
CREATE VIEW grown WITH (check_option = local) AS SELECT id, name, age FROM users WHERE age >= 18;
COMMENT ON VIEW grown IS 'of age';
COMMENT ON COLUMN grown.age IS 'in years';
ALTER VIEW grown ALTER COLUMN age SET DEFAULT 21;
GRANT SELECT, UPDATE (name) ON grown TO PUBLIC;
GRANT INSERT ON grown TO pg_monitor WITH GRANT OPTION;
CREATE VIEW archive.bought WITH (security_barrier) AS
  SELECT u.id, u.name, sum(o.total) AS total FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;
REVOKE ALL ON archive.bought FROM pg_signal_backend;
ALTER VIEW archive.bought OWNER TO pg_monitor;
CREATE VIEW archive.together AS SELECT b.name AS "Name", b.total, g.age FROM archive.bought b JOIN grown g USING (id);
REVOKE ALL ON archive.together FROM pg_signal_backend;
CREATE TRIGGER rename INSTEAD OF UPDATE ON archive.together FOR EACH ROW EXECUTE FUNCTION archive.rename();
COMMENT ON TRIGGER rename ON archive.together IS 'by name';
CREATE FUNCTION name_of(who int, OUT name text) LANGUAGE sql STABLE SECURITY DEFINER
  BEGIN ATOMIC SELECT users.name FROM users WHERE id = who; END;
COMMENT ON FUNCTION name_of IS 'the name';
REVOKE ALL ON FUNCTION name_of FROM PUBLIC;
