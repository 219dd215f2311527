-- Settings of the server, and what is in the database, that make migrations harder than need be.
SELECT severity, object, what, remedy, NULL FROM (
  SELECT 'warning' AS severity, 'setting autovacuum' AS object,
    'it is off: what a backfill leaves behind stays' AS what,
    '`ALTER SYSTEM SET autovacuum = on`, `SELECT pg_reload_conf()`' AS remedy
  WHERE current_setting('autovacuum') = 'off'
  UNION ALL
  SELECT 'note', 'setting track_activities', 'it is off: who is in the way of a lock cannot be said',
    '`ALTER SYSTEM SET track_activities = on`, `SELECT pg_reload_conf()`'
  WHERE current_setting('track_activities') = 'off'
  UNION ALL
  SELECT 'note', 'setting deadlock_timeout',
    format('it is %s: one try of `complete` for all its locks must stay below it, and may need many',
      current_setting('deadlock_timeout')),
    '`ALTER SYSTEM SET deadlock_timeout = ''1s''`, `SELECT pg_reload_conf()`'
  FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout' AND setting::integer < 200
  UNION ALL
  SELECT 'warning', 'setting max_locks_per_transaction',
    format('the lock table has room for %s locks, and a batch of views takes some 200 of them', room),
    '`ALTER SYSTEM SET max_locks_per_transaction = 64`, and restart the server'
  FROM (SELECT current_setting('max_locks_per_transaction')::integer
    * (current_setting('max_connections')::integer + current_setting('max_prepared_transactions')::integer) AS room) AS l
  WHERE room < 1000
  UNION ALL
  SELECT 'note', format('event trigger %I', evtname), format('it fires for what Straddle does, too (%s)', evtevent),
    format('nothing, if that is meant; else `ALTER EVENT TRIGGER %I DISABLE`', evtname)
  FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'
) AS hurts
ORDER BY severity, object
