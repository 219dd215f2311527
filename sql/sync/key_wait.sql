    "~since" := clock_timestamp();
    LOOP
      -- Nobody is in the way of ON CONFLICT where the row is there, which it will find.
      IF "~state" IN ('own', 'there') AND current_setting('straddle.impatient', true) = 'on' THEN
        RETURN;
      END IF;
      BEGIN
        PERFORM set_config('lock_timeout', '50', true);
        PERFORM pg_advisory_xact_lock("~key");
        PERFORM set_config('lock_timeout', "~patience", true);
        EXIT;
      EXCEPTION WHEN lock_not_available THEN
        IF "~patience" <> '0' AND clock_timestamp() - "~since" > "~patience"::interval THEN
          RAISE;
        END IF;
      END;
      "~state" := {state};
      IF "~state" IN ('own', 'there') THEN
        PERFORM set_config('straddle.impatient', 'on', true);
      END IF;
      -- Whoever has the lock may wait for this transaction, for a row or another key: a deadlock that there
      -- is not without us. He has written what he took the lock for.
      IF EXISTS (
        WITH RECURSIVE ahead (pid) AS (
          SELECT pid FROM pg_locks WHERE granted AND locktype = 'advisory' AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = ("~key" >> 32 & 4294967295)::oid AND objid = ("~key" & 4294967295)::oid
          UNION
          SELECT blocker FROM ahead, unnest(pg_blocking_pids(pid)) AS blocker
        )
        SELECT FROM ahead WHERE pid = pg_backend_pid()
      ) THEN
        RETURN;
      END IF;
    END LOOP;
