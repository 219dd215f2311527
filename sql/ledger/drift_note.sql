-- The base schema $1 was found changed by others since the migration $2, in the ways $3.
INSERT INTO straddle.drift (base_schema, since, changes) VALUES ($1, $2, $3)
