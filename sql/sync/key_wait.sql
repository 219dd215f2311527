    -- Two transactions that wait for each other's keys, or for a row of one and a key of the other: a deadlock
    -- that there is not without us. Nobody is in the way of ON CONFLICT where the row is there, which it will
    -- find, nor of an UPDATE, which has locked its row and has no other to find.
    IF "~updates" OR "~state" IS NOT NULL THEN
      IF current_setting('straddle.impatient', true) = 'on' THEN
        RETURN;
      END IF;
      BEGIN
        PERFORM set_config('lock_timeout', '50', true);
        PERFORM pg_advisory_xact_lock("~key");
        PERFORM set_config('lock_timeout', "~patience", true);
        RETURN;
      EXCEPTION WHEN lock_not_available THEN
        IF "~updates" OR {state} IS NOT NULL THEN
          PERFORM set_config('straddle.impatient', 'on', true);
          RETURN;
        END IF;
      END;
    END IF;
