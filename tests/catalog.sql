-- Everything in the schema public and in Straddle's own, but for the ledger's tables: one line for
-- each thing. Two equal results mean equal schemas, privileges and settings.
SELECT format('table %s %s kind=%s identity=%s owner=%s rls=%s options=%s acl=%s comment=%s', n.nspname, c.relname,
    c.relkind, c.relreplident, c.relowner::regrole, c.relrowsecurity, c.reloptions, c.relacl,
    obj_description(c.oid, 'pg_class')) AS line
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'straddle')
UNION ALL
SELECT format('column %s.%s %s %s notnull=%s default=%s identity=%s generated=%s collation=%s storage=%s compression=%s statistics=%s options=%s acl=%s comment=%s',
    n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation,
    a.attstorage, a.attcompression, NULLIF(a.attstattarget, -1), a.attoptions, a.attacl, col_description(c.oid, a.attnum))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'straddle')
UNION ALL
SELECT format('constraint %s %s %s %s comment=%s', n.nspname, k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid),
    obj_description(k.oid, 'pg_constraint'))
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'straddle')
UNION ALL
SELECT format('index %s valid=%s identity=%s clustered=%s statistics=%s comment=%s', pg_get_indexdef(i.indexrelid),
    i.indisvalid, i.indisreplident, i.indisclustered,
    (SELECT string_agg(NULLIF(a.attstattarget, -1)::text, ',') FROM pg_attribute a WHERE a.attrelid = i.indexrelid),
    obj_description(i.indexrelid, 'pg_class'))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'straddle')
UNION ALL
SELECT format('trigger %s enabled=%s comment=%s', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger'))
FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL
SELECT format('rule %s enabled=%s comment=%s', pg_get_ruledef(r.oid), r.ev_enabled, obj_description(r.oid, 'pg_rewrite'))
FROM pg_rewrite r WHERE r.rulename <> '_RETURN' AND r.oid >= 16384
UNION ALL
SELECT format('policy %I on %s %s %s %s using %s check %s comment=%s', p.polname, p.polrelid::regclass, p.polpermissive, p.polcmd,
  p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
  obj_description(p.oid, 'pg_policy'))
FROM pg_policy p
UNION ALL
SELECT format('published %s', (SELECT identity FROM pg_identify_object('pg_publication_rel'::regclass, p.oid, 0)))
FROM pg_publication_rel p
UNION ALL
SELECT format('function %s acl=%s comment=%s %s', p.oid::regprocedure, p.proacl,
  obj_description(p.oid, 'pg_proc'), pg_get_functiondef(p.oid))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind IN ('f', 'p')
UNION ALL
SELECT format('enum %s %s (%s) owner=%s acl=%s comment=%s', n.nspname, t.typname,
  (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  t.typowner::regrole, t.typacl, obj_description(t.oid, 'pg_type'))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e'
UNION ALL
SELECT format('view %s %s', v.oid::regclass, pg_get_viewdef(v.oid))
FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
WHERE v.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT format('schema %s acl=%s', nspname, nspacl) FROM pg_namespace
WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'straddle')
UNION ALL
SELECT format('sequence %s %s owned by %s', q.oid::regclass, (
  SELECT format('%s start=%s increment=%s max=%s min=%s cache=%s cycle=%s', seqtypid::regtype, seqstart, seqincrement,
    seqmax, seqmin, seqcache, seqcycle) FROM pg_sequence WHERE seqrelid = q.oid), (
  SELECT d.refobjid::regclass || '.' || a.attname FROM pg_depend d
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.objid = q.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass))
FROM pg_class q JOIN pg_namespace n ON n.oid = q.relnamespace
WHERE q.relkind = 'S' AND n.nspname <> 'straddle'
UNION ALL
SELECT format('statistics %s target=%s comment=%s', pg_get_statisticsobjdef(e.oid), NULLIF(e.stxstattarget, -1),
  obj_description(e.oid, 'pg_statistic_ext'))
FROM pg_statistic_ext e
ORDER BY 1
