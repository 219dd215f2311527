-- The foreign keys of the tables $2, or else of all, of the schema $1.
SELECT c.relname, jsonb_build_object(
  'name', k.conname,
  'columns', (
    SELECT jsonb_agg(a.attname ORDER BY place)
    FROM unnest(k.conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number),
  'table', CASE WHEN r.relnamespace = c.relnamespace THEN r.relname END,
  'foreign_table', CASE WHEN r.relnamespace <> c.relnamespace THEN r.oid::regclass::text END,
  'referenced', (
    SELECT jsonb_agg(a.attname ORDER BY place)
    FROM unnest(k.confkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.number),
  'on_delete', concat(
    CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' END,
    ' ON DELETE ' || CASE k.confdeltype
      WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
      WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END),
  -- They are there from Postgres 15 on.
  'set_columns', COALESCE((
    SELECT jsonb_agg(a.attname)
    FROM jsonb_array_elements_text(NULLIF(to_jsonb(k) -> 'confdelsetcols', 'null')) AS number
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = number::int), '[]'),
  'on_update', ' ON UPDATE ' || CASE k.confupdtype
    WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
    WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END,
  'deferral', CASE
    WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED'
    WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END,
  -- From Postgres 18 on.
  'not_enforced', NOT COALESCE((to_jsonb(k) ->> 'conenforced')::boolean, true),
  'temporal', COALESCE((to_jsonb(k) ->> 'conperiod')::boolean, false),
  'valid', k.convalidated,
  'index', (SELECT x.relname FROM pg_class x WHERE x.oid = k.conindid),
  'comment', obj_description(k.oid, 'pg_constraint'))
FROM pg_class c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
JOIN pg_class r ON r.oid = k.confrelid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition
  AND ($2::text[] IS NULL OR c.relname = ANY ($2))
ORDER BY c.relname COLLATE "C", k.oid
