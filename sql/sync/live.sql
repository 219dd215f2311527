
DECLARE
  path name[];
  newer boolean;       -- whether the new version wrote the row; unknown as yet
  old_given boolean;
  new_given boolean;
  taken integer;       -- how many keys this transaction has locked
BEGIN
{arriving}  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
    old_given := {old_given};
    new_given := {new_given};
  ELSE
    -- Nothing that tells the versions apart, and nothing that is computed from: the usual case.
    IF NOT {anything_changed} THEN
      RETURN NEW;
    END IF;
    old_given := {old_changed};
    new_given := {new_changed};
  END IF;

  IF old_given AND new_given THEN
    -- Both sides at once: a row that was copied, moved or replicated, and nothing is touched; or else
    -- a trigger of the users' changed the old side of a row that the new version writes.
    IF pg_catalog.current_setting('session_replication_role') OPERATOR(pg_catalog.=) 'replica'
       OR TG_OP OPERATOR(pg_catalog.=) 'INSERT' AND {consistent} THEN
      RETURN NEW;
    END IF;
  END IF;
  IF old_given OR new_given THEN
    -- Only the new version knows its columns; and they have no default in the table.
    newer := new_given;
  END IF;

  IF newer IS NULL THEN
    -- The row does not tell: the first live version in the search path does, or else it is the
    -- oldest.
    path := pg_catalog.current_schemas(false);
    newer := COALESCE(
      pg_catalog.array_position(path, {new_schema}::name) OPERATOR(pg_catalog.<)
        COALESCE({older_schemas}, 2147483647),
      false);
  END IF;

  IF newer THEN
{down}
  ELSE
{up}
  END IF;
{serialise}  RETURN NEW;
END
