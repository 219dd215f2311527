-- Whose the table $1 is, if it is there, and whether the role that acts has that one's rights.
SELECT pg_catalog.pg_get_userbyid(relowner)::text, current_user::text, pg_catalog.pg_has_role(relowner, 'USAGE')
FROM pg_catalog.pg_class
WHERE oid = pg_catalog.to_regclass($1::text)
