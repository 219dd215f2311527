-- The columns that the constraint $2 of the table $1 reads.
SELECT attname::text
FROM pg_catalog.pg_constraint
JOIN pg_catalog.pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
WHERE conrelid = pg_catalog.to_regclass($1) AND conname = $2::text
