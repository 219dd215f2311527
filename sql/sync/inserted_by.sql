    newer := {new_given};
    IF newer THEN
      -- Both sides at once: a row that was copied, moved or replicated, and nothing is touched.
      IF {old_given} THEN
        newer := NULL;
      END IF;
    ELSIF NOT {old_given} THEN
      newer := {path};
    END IF;