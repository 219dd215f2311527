-- The foreign keys of the tables $2, or else of all, of the schema $1.
SELECT c.relname,
  k.conname AS name,
  (
    SELECT jsonb_agg(a.attname ORDER BY place)
    FROM unnest(k.conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number) AS columns,
  CASE WHEN r.relnamespace = c.relnamespace THEN r.relname END AS table,
  CASE WHEN r.relnamespace <> c.relnamespace THEN r.oid::regclass::text END AS foreign_table,
  (
    SELECT jsonb_agg(a.attname ORDER BY place)
    FROM unnest(k.confkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.number) AS referenced,
  concat(
    CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' END,
    ' ON DELETE ' || CASE k.confdeltype
      WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
      WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END) AS on_delete,
  -- They are there from Postgres 15 on.
  COALESCE((
    SELECT jsonb_agg(a.attname)
    FROM jsonb_array_elements_text(NULLIF(to_jsonb(k) -> 'confdelsetcols', 'null')) AS number
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = number::int), '[]') AS set_columns,
  ' ON UPDATE ' || CASE k.confupdtype
    WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
    WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END AS on_update,
  CASE
    WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
    WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END AS deferral,
  -- From Postgres 18 on.
  NOT COALESCE((to_jsonb(k) ->> 'conenforced')::boolean, true) AS not_enforced,
  COALESCE((to_jsonb(k) ->> 'conperiod')::boolean, false) AS temporal,
  k.convalidated AS valid,
  (SELECT x.relname FROM pg_class x WHERE x.oid = k.conindid) AS index,
  obj_description(k.oid, 'pg_constraint') AS comment
FROM pg_class c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
JOIN pg_class r ON r.oid = k.confrelid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C", k.oid
