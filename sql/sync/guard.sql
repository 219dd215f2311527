SELECT 'the trigger ' || {trigger} || ' is missing or not enabled ALWAYS'
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger
  WHERE tgrelid = {table}::regclass AND tgname = {trigger} AND tgenabled = 'A'
)
