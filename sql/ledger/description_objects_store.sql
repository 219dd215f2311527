-- The base schema $1 holds the objects $2, by the names $3, which are as $4 says.
INSERT INTO straddle.described AS d (base_schema, object, name, description)
SELECT $1, object, name, description
FROM ROWS FROM (
  pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[])
) AS present (object, name, description)
ON CONFLICT (base_schema, object) DO UPDATE SET description = EXCLUDED.description
WHERE d.description <> EXCLUDED.description
