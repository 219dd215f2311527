CREATE TABLE tasks (id int, state text, name text, points text, changed int DEFAULT 0, PRIMARY KEY (id, state)) PARTITION BY LIST (state);
CREATE TABLE tasks_new PARTITION OF tasks FOR VALUES IN ('new', 'again');
CREATE TABLE tasks_done (points text, name text, changed int DEFAULT 0, gone text, state text NOT NULL, id int NOT NULL);
ALTER TABLE tasks_done DROP COLUMN gone;
ALTER TABLE tasks ATTACH PARTITION tasks_done FOR VALUES IN ('done');
-- A trigger of the users' on the way: it changes the row, and moves others meanwhile.
CREATE FUNCTION on_the_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := NEW.changed + 1;
  IF TG_OP = 'INSERT' AND NEW.name = 'shout' THEN NEW.name := 'SHOUT!'; END IF;
  IF TG_OP = 'INSERT' AND NEW.name = 'chain' THEN
    UPDATE tasks SET state = 'done' WHERE id = NEW.id + 1 AND state = 'new';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER on_the_way BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION on_the_way();
CREATE TABLE notes (day date, kind int, text text, size int) PARTITION BY RANGE (day, kind);
CREATE TABLE notes_1 PARTITION OF notes FOR VALUES FROM ('2026-01-01', 0) TO ('2026-01-31', 9);
CREATE TABLE notes_2 PARTITION OF notes DEFAULT PARTITION BY HASH (size);
CREATE TABLE notes_2_0 PARTITION OF notes_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE notes_2_1 PARTITION OF notes_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO tasks VALUES (1, 'new', 'one', '1'), (2, 'new', 'two', '2'), (3, 'new', 'three', '3'), (4, 'new', 'four', '4'),
  (5, 'new', 'five', '5'), (6, 'new', 'chain', '6'), (7, 'new', 'chain', '7'), (8, 'new', 'eight', '8'),
  (9, 'new', 'nine', '9'), (11, 'new', 'eleven', '11'),
  (12, 'new', 'twelve', '12');
INSERT INTO notes VALUES ('2026-01-05', 1, 'a', 1), ('2026-01-06', 1, 'b', 2), ('2026-02-06', 1, 'c', 2);
