-- The base schema $1 holds the objects $2 and no others.
DELETE FROM straddle.described d
WHERE base_schema = $1 AND NOT EXISTS (
  SELECT FROM pg_catalog.unnest($2::text[]) AS present (object) WHERE present.object = d.object)
