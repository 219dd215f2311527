SELECT format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, ' default ' || pg_get_expr(d.adbin, d.adrelid),
  ' -- ' || col_description(c.oid, a.attnum))
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
UNION ALL
SELECT format('%s %s %s%s', conrelid::regclass, conname, pg_get_constraintdef(oid),
  CASE WHEN convalidated THEN '' ELSE ' (not valid)' END)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  -- Majors name the parts of a foreign key to a partitioned table each in its own way.
  AND NOT EXISTS (SELECT FROM pg_class r WHERE r.oid = confrelid AND r.relispartition AND conparentid <> 0)
UNION ALL
SELECT format('%s replica identity %s%s', relname, relreplident, (
  SELECT ' ' || indexrelid::regclass FROM pg_index i WHERE i.indrelid = c.oid AND indisreplident))
FROM pg_class c
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relreplident <> 'd'
UNION ALL
SELECT pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('enum %s (%s)%s%s', t.oid::regtype, (
  SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  ' for ' || (
    SELECT string_agg(acl.grantee::regrole::text, ', ') FROM aclexplode(t.typacl) acl
    WHERE acl.grantee <> t.typowner),
  ' -- ' || obj_description(t.oid, 'pg_type'))
FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
ORDER BY 1
