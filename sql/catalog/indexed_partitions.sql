-- The partitions, of all levels, that hold rows of the tables $2, or else of all, of the schema $1.
WITH RECURSIVE {tree}
SELECT p.oid, p.relname, p.relnamespace, r.relname AS root,
  jsonb_build_object('schema', pn.nspname, 'name', p.relname) AS partition
FROM tree
JOIN pg_class p ON p.oid = tree.relid AND p.relkind = 'r'
JOIN pg_namespace pn ON pn.oid = p.relnamespace
JOIN pg_class r ON r.oid = tree.root
