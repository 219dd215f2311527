  ELSIF {shared_changed} THEN
    IF {path} THEN
{after_new}
    ELSE
{after_old}
    END IF;
