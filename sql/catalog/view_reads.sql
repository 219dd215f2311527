-- What the view $1, made by the rehearsal, reads that is no version's to show: tables of the base
-- schema $2 themselves, and what is in the version schema $3, which goes.
SELECT DISTINCT n.nspname, o.relname
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
JOIN pg_class o ON o.oid = CASE d.refclassid
  WHEN 'pg_class'::regclass THEN d.refobjid ELSE t.typrelid END
JOIN pg_namespace n ON n.oid = o.relnamespace
WHERE r.ev_class = $1::text::regclass
  AND (n.nspname = $2 AND o.relkind IN ('r', 'p', 'f') OR n.nspname = $3)
ORDER BY 1, 2
