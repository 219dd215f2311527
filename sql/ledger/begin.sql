INSERT INTO straddle.migrations (
  base_schema, name, checksum, content, version_schema, previous_schema, plan, state, phase,
  steps_done, column_order, run)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', 'expand', 0, $8, $9)
RETURNING id
