-- The migration $1 of the run $2 has ended as $3.
UPDATE straddle.migrations SET state = $3, ended_at = clock_timestamp(), begun = false
WHERE id = $1 AND run = $2 AND state = 'active'
