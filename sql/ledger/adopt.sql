-- A migration that another tool ran: from $9 to $10, or still live where that is null.
INSERT INTO straddle.migrations (
  base_schema, name, checksum, content, version_schema, previous_schema, plan, state, phase, steps_done,
  column_order, run, started_at, activated_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, CASE WHEN $10::text IS NULL THEN 'active' ELSE 'completed' END,
  CASE WHEN $10::text IS NULL THEN 'live' ELSE 'contract' END, 0,
  $7::jsonb -> 'order', $8, $9::text::timestamptz, COALESCE($10::text, $9::text)::timestamptz,
  $10::text::timestamptz)
