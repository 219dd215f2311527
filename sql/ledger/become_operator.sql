-- Takes the operator's lock $1, where nobody has it, and no second session of an operator before is left, which
-- shares $2: it may be at its COMMIT.
SELECT CASE
  WHEN NOT pg_catalog.pg_try_advisory_lock($1) THEN false
  WHEN pg_catalog.pg_try_advisory_lock($2) THEN pg_catalog.pg_advisory_unlock($2)
  ELSE NOT pg_catalog.pg_advisory_unlock($1)
END
