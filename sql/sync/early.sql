
DECLARE
  newer boolean;  -- whether the new version wrote the row; NULL where both sides were given
  place pg_catalog.text := {place};
  note pg_catalog.text := '';
  mark pg_catalog.text[];  -- of a row that changes its partition
BEGIN
  -- Where rows are replicated, the users' triggers do not fire.
  IF {is_replica} THEN
    RETURN NEW;
  END IF;
{leave_moved}  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
{inserted_by}
    IF newer THEN
{insert_old}
    END IF;
  ELSE
{updated_by}
    IF newer THEN
{after_new}
    END IF;
  END IF;
  IF newer IS DISTINCT FROM false THEN
    note := ARRAY[{note}]::pg_catalog.text;
  END IF;
  -- A note may be left over from a row that a trigger of the users' kept from being written.
  IF note OPERATOR(pg_catalog.<>) COALESCE(pg_catalog.current_setting(place, true), '') THEN
    PERFORM pg_catalog.set_config(place, note, true);
  END IF;
  RETURN NEW;
END
