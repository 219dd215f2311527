CREATE TABLE posts (id int PRIMARY KEY, mail text, title text, updated_at timestamp DEFAULT '2000-01-01');
CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.mail := lower(COALESCE(NEW.mail, 'none'));
  NEW.updated_at := '2026-01-01';
  RETURN NEW;
END $$;
CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION tidy();
INSERT INTO posts VALUES (1, 'A@B', 'first'), (2, NULL, 'second');
