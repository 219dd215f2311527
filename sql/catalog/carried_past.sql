-- What the rehearsal made in the schema $1, or by the functions $2, and reads one of the relations $3 itself instead of what
-- stands for it.
SELECT DISTINCT pg_describe_object(
    CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END, COALESCE(r.ev_class, d.objid), 0),
  d.refobjid::regclass::text
FROM pg_depend d
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_class c ON c.oid = COALESCE(r.ev_class, p.polrelid, t.tgrelid)
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (
    SELECT to_regclass(name) FROM unnest($3::text[]) AS name)
  AND (c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
    OR d.classid = 'pg_proc'::regclass AND (
      SELECT type || ' ' || identity FROM pg_identify_object(d.classid, d.objid, 0)) = ANY ($2::text[]))
ORDER BY 1, 2
