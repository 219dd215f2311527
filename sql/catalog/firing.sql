-- What is the users' own and fires where rows of a table of the schema $1 are written by an UPDATE of
-- columns that are not there yet: triggers without UPDATE OF, and rules. A partition's rows are
-- written in the partition itself, where what its parents say of statements has no say.
WITH RECURSIVE {member}, firing AS (
  SELECT member.relname, 'trigger' AS kind, t.tgname AS name, t.tgenabled AS enabled,
    -- What a partition has from its parent has a parent.
    CASE WHEN member.relid <> member.root AND t.tgparentid = 0 THEN member.relid END AS own
  FROM member
  JOIN pg_class c ON c.oid = member.relid AND c.relkind = 'r'
  JOIN pg_trigger t ON t.tgrelid = member.relid
  JOIN pg_proc p ON p.oid = t.tgfoid
  -- The bit for UPDATE (pg_trigger.h).
  WHERE t.tgtype & 16 <> 0
    AND cardinality(t.tgattr::int2[]) = 0
    -- Those of keys look at columns of keys alone. Before 15 a partition's copies are internal, too.
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype <> 't')
    AND p.pronamespace IS DISTINCT FROM to_regnamespace('straddle')
  UNION ALL
  SELECT member.relname, 'rule', r.rulename, r.ev_enabled,
    CASE WHEN member.relid <> member.root THEN member.relid END
  FROM member
  JOIN pg_class c ON c.oid = member.relid AND c.relkind = 'r'
  JOIN pg_rewrite r ON r.ev_class = member.relid
  -- For UPDATE, as pg_rewrite's page in the manual has it.
  WHERE r.ev_type = '2'
)
SELECT relname,
  kind,
  name,
  CASE WHEN own IS NOT NULL THEN (
    SELECT jsonb_build_object('schema', n.nspname, 'name', o.relname)
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace WHERE o.oid = own) END AS partition,
  bool_or(enabled IN ('O', 'A')) AS as_origin,
  bool_or(enabled IN ('A', 'R')) AS as_replica
FROM firing
GROUP BY relname, kind, name, own
ORDER BY relname COLLATE "C", kind COLLATE "C" DESC, name COLLATE "C", own::regclass::text COLLATE "C"
