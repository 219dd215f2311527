    newer := {new_changed};
    IF newer THEN
      IF {is_replica} AND {old_changed} THEN
        newer := NULL;
      END IF;
    ELSIF NOT {old_changed} THEN
      newer := {path};
    END IF;