-- The plan of the migration $1 has become $3, with the column order $4.
UPDATE straddle.migrations SET plan = $3, column_order = $4
WHERE id = $1 AND run = $2 AND state = 'active'
