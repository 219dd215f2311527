-- The migration $1 of the run $2 has ended as $3. Its steps are forgotten: nobody takes them any more, and with thousands
-- of views they are megabytes.
UPDATE straddle.migrations
SET state = $3, ended_at = clock_timestamp(), begun = false, plan = plan - ARRAY['start', 'contract']
WHERE id = $1 AND run = $2 AND state = 'active'
