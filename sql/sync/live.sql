
DECLARE
  newer boolean;           -- whether the new version wrote the row; NULL where both sides were given
  note pg_catalog.text[];  -- the row before the users' triggers
BEGIN
{carry_over}{arriving}  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
{inserted_by}
    IF NOT newer THEN
{insert_new}
    ELSIF newer THEN
{insert_old}
    END IF;
  ELSIF {new_changed} THEN
    -- Both sides at once: a trigger of the users' changed the old side of a row that the new version
    -- writes, unless the row was replicated.
    IF {is_replica} THEN
{replicated}
    ELSE
{after_new}
    END IF;
  ELSIF {old_changed} THEN
{after_old}
{after_neither}  ELSE
    RETURN NEW;
  END IF;
{serialise}  RETURN NEW;
END
