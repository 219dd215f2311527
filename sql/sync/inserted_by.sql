    newer := {new_given};
    IF newer THEN
      IF {old_given} THEN
        -- Both sides at once: a row that was copied, moved or replicated. What agrees is not touched.
        newer := NULL;
        IF NOT {is_replica} THEN
          IF {path} THEN
{mend_old}
          ELSE
{mend_new}
          END IF;
        END IF;
      END IF;
    ELSIF NOT {old_given} THEN
      -- The row does not tell: the first live version in the search path does, or else it is the oldest.
      newer := {path};
      IF {old_lacks} AND NOT newer THEN
        -- What the old version may not leave out: only who is pinned to that gets the error.
        newer := NOT {old_first};
      END IF;
    END IF;