-- The columns of the tables $2, or else of all, of the schema $1, in the order of the table. What only some have is NULL
-- for the others, and costs them nothing.
-- Each look is by an index of its own: Postgres often does not know how large its catalogs are, and a join of them can
-- then take each row with each other.
SELECT c.relname,
  a.attname AS name,
  a.attname AS storage,
  format_type(a.atttypid, a.atttypmod) AS type_name,
  -- On Postgres 18 a NOT NULL may be there without having been proven.
  NOT a.attnotnull OR k.convalidated IS FALSE AS nullable,
  -- NOT NULL has a constraint of its own from Postgres 18 on.
  k.conname AS not_null_name,
  t.typstorage <> 'p' AS toastable,
  t.typcollation <> 0 AS collatable,
  k.connoinherit AS not_null_no_inherit,
  CASE WHEN k.oid IS NOT NULL THEN obj_description(k.oid, 'pg_constraint') END AS not_null_comment,
  -- A default reads no column. With a table to look for columns in, Postgres compares the names of all its columns with
  -- each other, for each default anew.
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END AS default,
  CASE WHEN d.oid IS NOT NULL THEN strpos(d.adbin::text, 'funcid ') = 0 OR NOT EXISTS (
    -- What it calls; nextval of an identity column is a node of its own.
    SELECT FROM regexp_matches(d.adbin::text, ':(?:op)?funcid (\d+)', 'g') AS called (ids)
    JOIN pg_proc p ON p.oid = ids[1]::oid
    WHERE p.provolatile = 'v') END AS default_is_stable,
  CASE
    WHEN a.attgenerated = 's' THEN json_build_object('stored', pg_get_expr(d.adbin, d.adrelid))
    WHEN a.attgenerated = 'v' THEN json_build_object('virtual', pg_get_expr(d.adbin, d.adrelid))
    WHEN a.attidentity = 'a' THEN '"identity_always"'
    WHEN a.attidentity = 'd' THEN '"identity_by_default"' END AS generated,
  about.description AS comment,
  CASE WHEN a.attacl IS NOT NULL THEN (
    SELECT json_agg(json_build_object(
      'grantee', CASE WHEN acl.grantee <> 0 THEN pg_get_userbyid(acl.grantee) END,
      'privilege', acl.privilege_type,
      'grantable', acl.is_grantable))
    FROM aclexplode(a.attacl) acl) END AS grants,
  CASE WHEN a.attcollation <> t.typcollation THEN (
    SELECT quote_ident(n.nspname) || '.' || quote_ident(l.collname)
    FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
    WHERE l.oid = a.attcollation) END AS collation,
  CASE WHEN a.attstorage <> t.typstorage THEN
    CASE a.attstorage
      WHEN 'p' THEN 'plain' WHEN 'm' THEN 'main' WHEN 'e' THEN 'external' ELSE 'extended' END END AS storage_mode,
  CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
  NULLIF(a.attstattarget, -1) AS statistics,
  NULLIF(array_to_string(a.attoptions, ', '), '') AS options,
  s.sequence,
  CASE WHEN d.oid IS NOT NULL AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN (
    SELECT json_agg(json_build_object(
      'name', json_build_object('schema', n.nspname, 'name', r.relname),
      'type_name', format_type(q.seqtypid, NULL),
      'may_alter', pg_has_role(r.relowner, 'USAGE')) ORDER BY n.nspname COLLATE "C", r.relname COLLATE "C")
    FROM pg_depend p
    JOIN pg_class r ON r.oid = p.refobjid AND r.relkind = 'S'
    JOIN pg_sequence q ON q.seqrelid = r.oid
    JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
      AND p.refclassid = 'pg_class'::regclass) END AS draws,
  t.typdefault IS NOT NULL AS type_default,
  t.typtype = 'd' AND EXISTS (
    WITH RECURSIVE domain AS (
      SELECT t.oid, t.typbasetype, t.typnotnull
      UNION ALL
      SELECT b.oid, b.typbasetype, b.typnotnull
      FROM domain JOIN pg_type b ON b.oid = domain.typbasetype
      WHERE b.typtype = 'd')
    SELECT FROM domain
    WHERE domain.typnotnull
       OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = domain.oid)) AS constrained_domain
FROM (
  SELECT c.oid, c.relname,
    EXISTS (
      SELECT FROM pg_description d
      WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0) AS is_commented,
    -- The columns that own sequences.
    ARRAY(
      SELECT p.refobjsubid
      FROM pg_depend p
      JOIN pg_class r ON r.oid = p.objid AND r.relkind = 'S'
      WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
        AND p.refobjid = c.oid AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')) AS owners
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    AND c.relkind IN ('r', 'p', 'f')
    AND NOT c.relispartition
    AND ($2::text[] IS NULL OR c.relname = ANY ($2))
  -- In this order, so that only the columns of one table at a time are to be sorted.
  ORDER BY c.relname
  OFFSET 0) AS c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN LATERAL (
  SELECT k.oid, k.conname, k.convalidated, k.connoinherit
  FROM pg_constraint k
  WHERE a.attnotnull AND k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
  LIMIT 1) AS k ON true
LEFT JOIN LATERAL (
  SELECT d.description
  FROM pg_description d
  WHERE c.is_commented AND d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
  LIMIT 1) AS about ON true
LEFT JOIN LATERAL (
  SELECT json_build_object(
    'name', json_build_object('schema', n.nspname, 'name', r.relname),
    'type_name', format_type(q.seqtypid, NULL),
    'options', NULLIF(concat_ws(' ',
      CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END
        THEN 'START WITH ' || q.seqstart END,
      CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
      CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE -largest - 1 END
        THEN 'MINVALUE ' || q.seqmin END,
      CASE WHEN q.seqmax <> CASE WHEN q.seqincrement > 0 THEN largest ELSE -1 END
        THEN 'MAXVALUE ' || q.seqmax END,
      CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END,
      CASE WHEN q.seqcycle THEN 'CYCLE' END), '')) AS sequence
  FROM (
    SELECT p.objid
    FROM pg_depend p
    WHERE a.attnum = ANY (c.owners) AND p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
      AND p.refobjid = c.oid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
    OFFSET 0) AS p
  JOIN pg_class r ON r.oid = p.objid AND r.relkind = 'S'
  JOIN pg_sequence q ON q.seqrelid = r.oid
  JOIN pg_namespace n ON n.oid = r.relnamespace
  CROSS JOIN LATERAL (SELECT CASE q.seqtypid
    WHEN 'int2'::regtype THEN 32767::bigint
    WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END) AS type (largest)
  LIMIT 1) AS s ON true
ORDER BY c.relname, a.attnum
