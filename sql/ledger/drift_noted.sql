-- What was recorded of changes by others to the base schema $1, oldest first.
SELECT to_char(found_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS found_at, since, changes
FROM straddle.drift WHERE base_schema = $1 ORDER BY id
