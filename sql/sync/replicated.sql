      IF {ups_agree} OR {downs_agree} THEN
        NULL;
      ELSIF {unfilled} AND NOT {path} THEN
{fill}
      ELSIF NOT {old_changed} THEN
{after_new}
      END IF;