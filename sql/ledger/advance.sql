-- Moves the cursor of the migration $1, if it belongs to the run $2.
UPDATE straddle.migrations
SET phase = $3, steps_done = $4, begun = $5,
  activated_at = CASE WHEN $3 = 'live' THEN COALESCE(activated_at, now()) ELSE activated_at END
WHERE id = $1 AND run = $2 AND state = 'active'
