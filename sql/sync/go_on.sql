SELECT pg_catalog.setval(
  {sequence}::regclass, LEAST(GREATEST(last_value, seqmin), seqmax), is_called)
FROM {memory}, pg_catalog.pg_sequence
WHERE seqrelid = {sequence}::regclass
