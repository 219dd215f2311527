-- The base schemas but $1 that pgroll's ledger knows, and that were not adopted.
SELECT DISTINCT m.schema::text
FROM {pgroll}.migrations m
WHERE m.schema <> $1::text AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = m.tableoid AND t.tgname LIKE '\_straddle\_adopted\_%'
    AND t.tgargs = pg_catalog.convert_to(m.schema::text, pg_catalog.getdatabaseencoding()) || '\x00'::bytea)
ORDER BY 1
