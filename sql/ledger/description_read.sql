-- How the base schema $1 was described last, if nothing has been completed since.
SELECT d.format, d.server, d.digest, d.place = 'straddle.descriptions'::regclass::oid AS in_place, m.name
FROM straddle.descriptions d
LEFT JOIN straddle.migrations m ON m.id = d.migration
WHERE d.base_schema = $1 AND d.migration IS NOT DISTINCT FROM (
  SELECT id FROM straddle.migrations
  WHERE base_schema = $1 AND state = 'completed'
  ORDER BY ended_at DESC, id DESC
  LIMIT 1)
