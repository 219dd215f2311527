-- Written by hand in the manner of Flyway: a condition that decides about rows is no guard.
DO $$ BEGIN
 IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'people' AND column_name = 'name') THEN
  UPDATE people SET nick = 'nobody';
 END IF;
END $$;
