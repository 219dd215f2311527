-- Migrations that have been live for more than $1 days: each write to their tables costs more while both
-- versions live.
SELECT 'note', format('migration %I', name),
  format('it is live since %s', to_char(COALESCE(activated_at, started_at), 'YYYY-MM-DD')),
  '`straddle complete` when no application uses the old version any more, or `straddle rollback`', NULL
FROM straddle.migrations
WHERE state = 'active' AND phase = 'live'
  AND COALESCE(activated_at, started_at) < now() - make_interval(days => $1)
ORDER BY 2
