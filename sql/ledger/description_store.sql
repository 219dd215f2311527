-- The base schema $1 was described, in the format $3, by a server of the major version $4, with the digest $5: as the
-- migration $2 has left it, or else the one that was completed last.
INSERT INTO straddle.descriptions (base_schema, migration, format, server, digest, place)
VALUES ($1, COALESCE($2, (
  SELECT id FROM straddle.migrations
  WHERE base_schema = $1 AND state = 'completed'
  ORDER BY ended_at DESC, id DESC
  LIMIT 1)), $3, $4, $5, 'straddle.descriptions'::regclass::oid)
ON CONFLICT (base_schema) DO UPDATE
SET migration = EXCLUDED.migration, format = EXCLUDED.format, server = EXCLUDED.server, digest = EXCLUDED.digest,
  place = EXCLUDED.place
