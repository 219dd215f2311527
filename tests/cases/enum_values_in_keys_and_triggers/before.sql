CREATE TYPE state AS ENUM ('open', 'done', 'lost');
CREATE TYPE "Grade" AS ENUM ('a', 'b');
CREATE TABLE shifts (
  id int PRIMARY KEY,
  person text NOT NULL,
  state state NOT NULL DEFAULT 'open',
  grade "Grade");
CREATE UNIQUE INDEX one_open ON shifts (person) WHERE state = 'open';
CREATE UNIQUE INDEX one_grade ON shifts (person, (COALESCE(grade, 'a'::"Grade"))) WHERE state <> 'open';
CREATE FUNCTION haunt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person = 'ghost' THEN
    NEW.state := 'lost';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER haunt BEFORE INSERT OR UPDATE ON shifts FOR EACH ROW EXECUTE FUNCTION haunt();
INSERT INTO shifts VALUES (1, 'ann', 'open', 'a'), (2, 'ann', 'done', 'b'), (3, 'ghost', 'open', NULL);
