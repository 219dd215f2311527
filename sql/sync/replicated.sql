      IF {ups_agree} OR {downs_agree} THEN
        NULL;
      ELSIF {unfilled} THEN
{fill}
      ELSIF NOT {old_changed} THEN
{after_new}
      END IF;