-- The event triggers whose functions are named in $1, where an error was raised.
SELECT string_agg(DISTINCT quote_ident(evtname), ' or ' ORDER BY quote_ident(evtname))
FROM pg_catalog.pg_event_trigger
JOIN pg_catalog.pg_proc p ON p.oid = evtfoid
JOIN pg_catalog.pg_namespace n ON n.oid = pronamespace
WHERE evtenabled <> 'D' AND (
  strpos($1, format(' %s ', evtfoid::regprocedure)) > 0
  OR strpos($1, format(' %I.%I() ', nspname, proname)) > 0)
