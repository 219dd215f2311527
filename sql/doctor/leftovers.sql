-- What Straddle made, and no migration in the ledger accounts for: a plan that is under way names all that is
-- its own (its SQL is in JSON, where names stand between quotes). Of all schemas of the database. All files here
-- give severity, object, what is wrong, remedy, and what `repair` runs.
WITH plans AS (
  SELECT plan::text AS text FROM straddle.migrations WHERE state = 'active'
), on_tables AS (
  SELECT p.proname AS name, 1 AS rank,
    format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname) AS object,
    format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname) AS remedy, true AS is_safe
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgname ~ '^[~!]straddle' AND t.tgparentid = 0
  UNION ALL
  SELECT k.conname, 3,
    format('constraint %I on %I.%I', k.conname, n.nspname, c.relname),
    format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname), true
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE k.conname ~ '^[_~]straddle_' AND k.coninhcount = 0 AND k.contype = 'c'
  UNION ALL
  SELECT i.relname, 4,
    format('index %I.%I', n.nspname, i.relname),
    format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, i.relname), true
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE i.relname LIKE '\_straddle\_%' AND i.relkind = 'i' AND NOT i.relispartition
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.oid)
  UNION ALL
  -- Its values may be the only ones of their kind.
  SELECT a.attname, 5,
    format('column %I of %I.%I', a.attname, n.nspname, c.relname),
    format('ALTER TABLE %I.%I DROP COLUMN %I', n.nspname, c.relname, a.attname), false
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attname LIKE '\_straddle\_new%' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND a.attinhcount = 0
), in_schemas AS (
  SELECT p.proname AS name, 2 AS rank,
    format('function %s', p.oid::regprocedure) AS object,
    format('DROP FUNCTION %s', p.oid::regprocedure) AS remedy, true AS is_safe
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = 'straddle'
  UNION ALL
  SELECT c.relname, 6, format('sequence %I.%I', n.nspname, c.relname),
    format('DROP SEQUENCE %I.%I', n.nspname, c.relname), true
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'S' AND c.relname LIKE '\_straddle\_%'
  UNION ALL
  SELECT t.typname, 7, format('type %I.%I', n.nspname, t.typname),
    format('DROP TYPE %I.%I', n.nspname, t.typname), true
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'e' AND t.typname LIKE '\_straddle\_%'
  UNION ALL
  SELECT n.nspname, 0, format('schema %I', n.nspname),
    concat((
      SELECT format('DROP VIEW %s; ', string_agg(format('%I.%I', n.nspname, c.relname), ', '))
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace = n.oid AND c.relkind = 'v'
      HAVING count(*) > 0), format('DROP SCHEMA %I', n.nspname)), true
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname LIKE '\_straddle\_%'
), looks_live AS (
  -- A version that the ledger does not know shows a table whose sync trigger is there: the row is gone, and not
  -- the migration.
  SELECT DISTINCT v.nspname AS version
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
    AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class o ON o.oid = r.ev_class
  JOIN pg_catalog.pg_namespace v ON v.oid = o.relnamespace
  WHERE t.tgname = '~straddle_sync' AND t.tgparentid = 0 AND starts_with(v.nspname, n.nspname || '_')
    AND NOT EXISTS (
      SELECT FROM straddle.migrations m WHERE m.version_schema = v.nspname AND m.state <> 'rolled_back')
), found AS (
  -- Tables are not asked for: one may have got another name, or have gone to another schema, since.
  SELECT made.* FROM (SELECT * FROM on_tables UNION ALL SELECT * FROM in_schemas) AS made
  WHERE NOT EXISTS (SELECT FROM plans WHERE position(btrim(to_jsonb(replace(made.name, '"', '""'))::text, '"') IN text) > 0)
)
SELECT 'warning', object,
  CASE WHEN l.versions IS NULL THEN 'it is left over: no migration under way accounts for it'
    ELSE format('no migration in the ledger accounts for it, and yet it may serve %s, which looks live', l.versions) END,
  CASE WHEN l.versions IS NULL THEN format('`%s`', remedy)
    ELSE format('put the row back into straddle.migrations; or, once nobody uses that version and it is dropped, `%s`', remedy)
  END,
  -- While anything is under way, or looks like it, it might yet be its own.
  CASE WHEN is_safe AND l.versions IS NULL AND NOT EXISTS (SELECT FROM plans) THEN remedy END
FROM found
CROSS JOIN (SELECT string_agg(format('%I', version), ', ' ORDER BY version) AS versions FROM looks_live) AS l
ORDER BY rank, object
