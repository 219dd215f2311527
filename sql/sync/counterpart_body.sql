
-- A parameter has a number and no name, but the FOUND of PL/pgSQL comes before a column of that name.
#variable_conflict use_column
BEGIN
  -- As the foreign key does it, so that neither of its keys becomes another one meanwhile.
  RETURN COALESCE((
    SELECT CASE WHEN {as_made} OR {meets} THEN $1 ELSE {key} END
    FROM {table} WHERE {conditions} FOR KEY SHARE), $1);
END
