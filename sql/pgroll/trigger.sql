SELECT format('the trigger %I of %s, which pgroll has made, is gone or disabled, and what was written meanwhile '
    'is in one version only: roll back', {trigger}::name, {table}::text)
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_trigger
  WHERE tgrelid = pg_catalog.to_regclass({table}) AND tgname = {trigger} AND tgenabled IN ('O', 'A'))
