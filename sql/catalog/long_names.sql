-- What in the schema $1 has a name that takes more than 63 bytes in UTF-8, though fewer in the database's own encoding.
SELECT pg_describe_object(class, object, part), octet_length(convert_to(name, 'UTF8'))
FROM pg_namespace n
CROSS JOIN LATERAL (
  SELECT 'pg_class'::regclass, oid, 0, relname::text FROM pg_class WHERE relnamespace = n.oid
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, a.attnum::int, a.attname::text
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
  UNION ALL
  SELECT 'pg_constraint'::regclass, oid, 0, conname::text FROM pg_constraint WHERE connamespace = n.oid
  UNION ALL
  SELECT 'pg_type'::regclass, oid, 0, typname::text FROM pg_type WHERE typnamespace = n.oid AND typtype IN ('d', 'e')
  UNION ALL
  SELECT 'pg_proc'::regclass, oid, 0, proname::text FROM pg_proc WHERE pronamespace = n.oid
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, oid, 0, stxname::text FROM pg_statistic_ext WHERE stxnamespace = n.oid
  UNION ALL
  SELECT 'pg_trigger'::regclass, t.oid, 0, t.tgname::text
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = n.oid
  UNION ALL
  SELECT 'pg_policy'::regclass, p.oid, 0, p.polname::text
  FROM pg_policy p
  JOIN pg_class c ON c.oid = p.polrelid AND c.relnamespace = n.oid) AS named (class, object, part, name)
WHERE n.nspname = $1 AND octet_length(convert_to(name, 'UTF8')) > 63
ORDER BY 1
LIMIT 1
