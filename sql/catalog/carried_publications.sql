-- As carried.sql, of what publications say of columns (Postgres 15 and later). Where $4 is given, it is the schema of copies.
SELECT jsonb_build_object(
  'description', pg_describe_object('pg_publication_rel'::regclass, pr.oid, 0),
  'identity', (
    SELECT type || ' ' || identity FROM pg_identify_object('pg_publication_rel'::regclass, pr.oid, 0)),
  'kind', 'publication',
  'number', min(t.number) - 1,
  'relation', jsonb_build_object('schema', n.nspname, 'name', c.relname),
  'problem', CASE WHEN NOT pg_has_role(p.pubowner, 'USAGE')
    THEN format('the publication belongs to %I, whose rights %I has not', pg_get_userbyid(p.pubowner), current_user)
    END,
  'drop', ARRAY[format('ALTER PUBLICATION %I DROP TABLE ONLY %I.%I', p.pubname, n.nspname, c.relname)],
  'make', ARRAY[format('%s TABLE ONLY %I.%I%s%s',
    CASE WHEN $4::text IS NULL THEN format('ALTER PUBLICATION %I ADD', p.pubname)
      ELSE format('CREATE PUBLICATION _straddle_%s FOR', pr.oid) END,
    COALESCE($4::text, n.nspname), c.relname,
    ' (' || (
      SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum = ANY (pr.prattrs::int2[])) || ')',
    ' WHERE (' || pg_get_expr(pr.prqual, pr.prrelid) || ')')],
  'dress', '[]'::jsonb)
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (relname, attname, number)
JOIN pg_class c ON c.relname = t.relname
  AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = t.attname AND NOT a.attisdropped
JOIN pg_publication_rel pr ON pr.prrelid = c.oid
JOIN pg_publication p ON p.oid = pr.prpubid
WHERE EXISTS (
  SELECT FROM pg_depend d
  WHERE d.classid = 'pg_publication_rel'::regclass AND d.objid = pr.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)
GROUP BY pr.oid, p.oid, c.oid, n.oid
ORDER BY p.pubname COLLATE "C"
