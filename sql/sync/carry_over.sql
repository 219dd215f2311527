  note := NULLIF(pg_catalog.current_setting({place}, true), '');
  IF note[1] OPERATOR(pg_catalog.=) 'old' THEN
    -- The users' triggers know nothing of the new columns: one that makes the row anew leaves them out.
    IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
{kept}
    END IF;
  ELSIF note IS DISTINCT FROM NULL THEN
{restored}
    -- The old columns were made before the users' triggers; what those changed is carried over.
{carry}
{serialise}    RETURN NEW;
  END IF;
