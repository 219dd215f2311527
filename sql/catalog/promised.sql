-- Which of the tables $2 of the schema $1 lack what they are promised: a constraint $3, an index $4, or, where
-- neither is given, themselves. $5 makes it.
SELECT format('%s is gone, which the new version is to have: %sroll back, and start again',
  CASE
    WHEN p.a_constraint IS NOT NULL THEN format('the constraint %I of %I.%I', p.a_constraint, $1::text, p.table_name)
    WHEN p.index IS NOT NULL THEN format('the index %I of %I.%I', p.index, $1::text, p.table_name)
    ELSE format('the table %I.%I', $1::text, p.table_name) END,
  CASE WHEN p.make <> '' THEN format('`%s`, or ', p.make) ELSE '' END)
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS p (table_name, a_constraint, index, make)
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.table_name
-- A table that is gone is told by itself.
WHERE CASE
    WHEN p.a_constraint IS NOT NULL THEN c.oid IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.conname = p.a_constraint)
    WHEN p.index IS NOT NULL THEN c.oid IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND x.relname = p.index)
    ELSE c.oid IS NULL END
ORDER BY p.table_name, p.a_constraint, p.index
