
DECLARE
  newer boolean;  -- whether the new version wrote the row; NULL where both sides were given
  -- Where rows are replicated, the users' triggers do not fire.
  done boolean := {is_replica};
  mark pg_catalog.text[];  -- of a row that changes its partition
  place pg_catalog.text := {place};
  note pg_catalog.text := '';
BEGIN
{leave_moved}  IF NOT done THEN
    IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
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
    IF newer IS NOT DISTINCT FROM false THEN
      note := '{{old}}';
    ELSE
      note := ARRAY['new', {note}]::pg_catalog.text;
    END IF;
  END IF;
  IF note OPERATOR(pg_catalog.<>) COALESCE(pg_catalog.current_setting(place, true), '') THEN
    PERFORM pg_catalog.set_config(place, note, true);
  END IF;
  RETURN NEW;
END
