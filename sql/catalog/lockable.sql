-- Which of the relations $1 are tables, and such as our role may lock by LOCK TABLE: where it may not, the
-- statement that needs the lock may have other reasons to be allowed.
SELECT name FROM unnest($1::text[]) AS name
JOIN pg_catalog.pg_class c ON c.oid = to_regclass(name)
WHERE c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
