-- Whether the index x, i of a partition that holds rows is its own, and one that can be made again beside it: nothing
  -- excludes by it, and neither replication nor a foreign key stands on it.
  (NOT x.relispartition AND x.relkind = 'i' AND NOT i.indisexclusion AND NOT i.indisreplident AND NOT EXISTS (
    SELECT FROM pg_depend f
    WHERE f.refclassid = 'pg_class'::regclass AND f.refobjid = x.oid
      AND f.classid = 'pg_constraint'::regclass AND f.deptype = 'n'))
