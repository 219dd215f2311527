    newer := {new_changed};
    IF NOT newer AND NOT {old_changed} THEN
      newer := {path};
    END IF;