-- Whether every value of the column $2 of the table $1 becomes one of its column $3 without losing
-- anything, or else with an error: the same type, integers among each other, texts of any length,
-- labels as text, and what Postgres widens by itself (but for floating point, which rounds).
SELECT a.atttypid = b.atttypid AND a.atttypmod = b.atttypmod
    OR a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
       AND b.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
    OR a.atttypid IN ('varchar'::regtype, 'text'::regtype)
       AND b.atttypid IN ('varchar'::regtype, 'text'::regtype)
    OR b.atttypid = 'text'::regtype
       AND (SELECT t.typtype FROM pg_type t WHERE t.oid = a.atttypid) = 'e'
    OR b.atttypmod = -1
       AND b.atttypid NOT IN ('float4'::regtype, 'float8'::regtype)
       AND EXISTS (
         SELECT FROM pg_cast c
         WHERE c.castsource = a.atttypid AND c.casttarget = b.atttypid AND c.castcontext = 'i')
FROM pg_attribute a, pg_attribute b
WHERE a.attrelid = $1::text::regclass AND a.attname = $2
  AND b.attrelid = $1::text::regclass AND b.attname = $3
