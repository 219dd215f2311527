-- What the base schema $1 held when it was described last.
SELECT object, name, description FROM straddle.described WHERE base_schema = $1 ORDER BY object COLLATE "C"
