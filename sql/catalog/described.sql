-- What is in the schema $1 beside what is read of its tables: each thing's kind and name, the table that it is on,
-- and what it is. Nothing that depends on the session's role or on OIDs, and nothing that is printed by way of a query,
-- for Postgres would lock all that the query reads: of a query it is told that it is another one.
WITH base AS (
  SELECT oid FROM pg_namespace WHERE nspname = $1
), members AS (
  SELECT classid, objid FROM pg_depend
  WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
), relations AS (
  SELECT c.* FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM base) AND NOT c.relispartition
), accidental (pattern) AS (
  -- Where something stood in its text is no part of a query, nor is what columns its tables had then.
  VALUES (':(location|stmt_location|stmt_len) -?\d+|:colnames \([^)]*\)')
), queries AS (
  SELECT r.oid, ev_class, rulename,
    format('(md5 %s)', md5(regexp_replace(concat(ev_qual, ev_action), (SELECT pattern FROM accidental), '', 'g'))) AS query,
    format('on %s%s%s',
      CASE ev_type WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END,
      CASE WHEN is_instead THEN ' instead' END,
      CASE ev_enabled WHEN 'D' THEN ', disabled' WHEN 'R' THEN ', for a replica' WHEN 'A' THEN ', always' END) AS event
  FROM pg_rewrite r WHERE ev_class IN (SELECT oid FROM relations)
)
-- What belongs to an extension.
SELECT 'member' AS kind, c.relname::text AS name, NULL::text AS of_table, '' AS what
FROM relations c JOIN members m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
UNION ALL
SELECT 'member', t.typname, NULL, ''
FROM pg_type t JOIN members m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
WHERE t.typnamespace = (SELECT oid FROM base)
UNION ALL
SELECT 'trigger', t.tgname, c.relname, concat(
  substr(pg_get_triggerdef(t.oid), 8),
  CASE t.tgenabled WHEN 'D' THEN ' (disabled)' WHEN 'R' THEN ' (for a replica)' WHEN 'A' THEN ' (always)' END)
FROM relations c
JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.pronamespace IS DISTINCT FROM to_regnamespace('straddle')
UNION ALL
SELECT 'rule', q.rulename, c.relname, format('rule %I %s %s', q.rulename, q.event, q.query)
FROM relations c JOIN queries q ON q.ev_class = c.oid AND q.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', p.polname, c.relname, concat(
  format('policy %I%s for %s to ', p.polname, CASE WHEN NOT p.polpermissive THEN ' restrictive' END,
    CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END),
  (SELECT string_agg(CASE WHEN role = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(role)) END, ', '
      ORDER BY pg_get_userbyid(role) COLLATE "C") FROM unnest(p.polroles) AS role),
  ' using ' || CASE WHEN p.polqual::text LIKE '%{SUBLINK %'
    THEN format('a query (md5 %s)', md5(regexp_replace(p.polqual::text,
      (SELECT pattern FROM accidental), '', 'g')))
    ELSE pg_get_expr(p.polqual, p.polrelid) END,
  ' with check ' || CASE WHEN p.polwithcheck::text LIKE '%{SUBLINK %'
    THEN format('a query (md5 %s)', md5(regexp_replace(p.polwithcheck::text,
      (SELECT pattern FROM accidental), '', 'g')))
    ELSE pg_get_expr(p.polwithcheck, p.polrelid) END)
FROM relations c JOIN pg_policy p ON p.polrelid = c.oid
UNION ALL
SELECT 'parent', o.relname, c.relname, format('inherits from %I.%I', n.nspname, o.relname)
FROM relations c
JOIN pg_inherits i ON i.inhrelid = c.oid
JOIN pg_class o ON o.oid = i.inhparent
JOIN pg_namespace n ON n.oid = o.relnamespace
WHERE c.relkind IN ('r', 'f')
UNION ALL
SELECT 'key', c.relname, c.relname, 'partition by ' || pg_get_partkeydef(c.oid)
FROM relations c WHERE c.relkind = 'p'
UNION ALL
SELECT 'forced', c.relname, c.relname, 'row level security for the owner, too'
FROM relations c WHERE c.relforcerowsecurity
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'type' END, c.relname, NULL,
  concat_ws(E'\n',
    (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), E'\n' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT 'query ' || q.query FROM queries q WHERE q.ev_class = c.oid AND q.rulename = '_RETURN'),
    CASE WHEN c.relkind = 'v' THEN 'with ' || array_to_string(c.reloptions, ', ') END,
    (SELECT string_agg(substr(pg_get_indexdef(i.indexrelid), 8), E'\n' ORDER BY pg_get_indexdef(i.indexrelid) COLLATE "C")
      FROM pg_index i WHERE i.indrelid = c.oid AND c.relkind = 'm'),
    'comment ' || quote_literal(obj_description(c.oid, 'pg_class')))
FROM relations c WHERE c.relkind IN ('v', 'm', 'c')
UNION ALL
-- Those of columns are part of these.
SELECT 'sequence', c.relname, NULL, concat_ws(E'\n',
  format('as %s start %s increment %s minvalue %s maxvalue %s cache %s%s', format_type(q.seqtypid, NULL),
    q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN ' cycle' END),
  'comment ' || quote_literal(obj_description(c.oid, 'pg_class')))
FROM relations c JOIN pg_sequence q ON q.seqrelid = c.oid
WHERE NOT EXISTS (
  SELECT FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = d.classid AND d.deptype IN ('a', 'i'))
UNION ALL
SELECT 'domain', t.typname, NULL, concat_ws(E'\n',
  'as ' || format_type(t.typbasetype, t.typtypmod),
  CASE WHEN t.typnotnull THEN 'not null' END,
  'default ' || t.typdefault,
  (SELECT string_agg(format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E'\n' ORDER BY k.conname COLLATE "C")
    FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
  'comment ' || quote_literal(obj_description(t.oid, 'pg_type')))
FROM pg_type t WHERE t.typnamespace = (SELECT oid FROM base) AND t.typtype = 'd'
UNION ALL
SELECT 'range', t.typname, NULL, 'of ' || format_type(r.rngsubtype, NULL)
FROM pg_type t JOIN pg_range r ON r.rngtypid = t.oid
WHERE t.typnamespace = (SELECT oid FROM base)
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
  format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), NULL, concat_ws(E'\n',
  format('(%s)', pg_get_function_arguments(p.oid)),
  'returns ' || pg_get_function_result(p.oid),
  concat_ws(' ', 'language', l.lanname,
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    CASE WHEN p.proisstrict THEN 'strict' END,
    CASE WHEN p.prosecdef THEN 'security definer' END,
    CASE WHEN p.proleakproof THEN 'leakproof' END,
    CASE p.proparallel WHEN 's' THEN 'parallel safe' WHEN 'r' THEN 'parallel restricted' END),
  'set ' || array_to_string(p.proconfig, ', '),
  -- A body in SQL may be a query, too.
  'body ' || COALESCE(
    '(md5 ' || md5(regexp_replace(p.prosqlbody::text, (SELECT pattern FROM accidental), '', 'g')) || ')',
    E'\n' || p.prosrc),
  'comment ' || quote_literal(obj_description(p.oid, 'pg_proc')))
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = (SELECT oid FROM base)
  AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
ORDER BY 1, 2, 3, 4
