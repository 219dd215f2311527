-- Whether every value of the column $2 of the table $1 becomes one of its column $3 without losing
-- anything, or else with an error: what Postgres rounds or cuts off silently does not, nor what it
-- casts by the session's time zone. Of arrays, the elements count.
WITH pair AS (
  SELECT
    COALESCE(x.oid, a.atttypid) AS source, a.atttypmod AS source_modifier,
    COALESCE(y.oid, b.atttypid) AS target, b.atttypmod AS target_modifier
  FROM pg_attribute a
  JOIN pg_attribute b ON b.attrelid = a.attrelid AND b.attname = $3
  LEFT JOIN pg_type x ON x.typarray = a.atttypid
  LEFT JOIN pg_type y ON y.typarray = b.atttypid
  WHERE a.attrelid = $1::text::regclass AND a.attname = $2 AND (x.oid IS NULL) = (y.oid IS NULL)
), modifiers AS (
  SELECT *,
    -- numeric(p,s): 11 bits of a modifier hold the scale, and its sign.
    CASE WHEN source_modifier >= 0 THEN (((source_modifier - 4) & 2047) # 1024) - 1024 END
      AS source_scale,
    CASE WHEN target_modifier >= 0 THEN (((target_modifier - 4) & 2047) # 1024) - 1024 END
      AS target_scale
  FROM pair
)
SELECT COALESCE(source = target AND target_modifier IN (source_modifier, -1)
  OR source IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
    AND (target IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      OR target = 'numeric'::regtype AND COALESCE(target_scale, 0) >= 0)
  OR source IN ('varchar'::regtype, 'text'::regtype, 'bpchar'::regtype, 'name'::regtype,
                '"char"'::regtype)
    AND target IN ('varchar'::regtype, 'text'::regtype)
  OR target = 'text'::regtype AND (SELECT t.typtype FROM pg_type t WHERE t.oid = source) = 'e'
  OR source = 'bpchar'::regtype AND target = source
  OR source IN ('bit'::regtype, 'varbit'::regtype) AND target IN ('bit'::regtype, 'varbit'::regtype)
  OR source = 'numeric'::regtype AND target = source AND target_scale >= source_scale
  OR (source = target OR source = 'date'::regtype AND target = 'timestamp'::regtype)
    AND target IN ('timestamp'::regtype, 'timestamptz'::regtype, 'time'::regtype, 'timetz'::regtype)
    AND (source = 'date'::regtype
      OR COALESCE(NULLIF(target_modifier, -1), 6) >= COALESCE(NULLIF(source_modifier, -1), 6))
  OR target_modifier = -1 AND (source, target) IN (
    ('int2'::regtype, 'float4'::regtype), ('int2'::regtype, 'float8'::regtype),
    ('int4'::regtype, 'float8'::regtype), ('float4'::regtype, 'float8'::regtype),
    ('oid'::regtype, 'int8'::regtype), ('int8'::regtype, 'oid'::regtype),
    ('time'::regtype, 'interval'::regtype), ('cidr'::regtype, 'inet'::regtype),
    ('macaddr'::regtype, 'macaddr8'::regtype), ('jsonb'::regtype, 'json'::regtype))
  -- The same bytes, such as those of an extension's text.
  OR target_modifier = -1 AND EXISTS (
    SELECT FROM pg_cast c
    WHERE c.castsource = source AND c.casttarget = target AND c.castmethod = 'b'
      AND c.castcontext IN ('i', 'a') AND 16384 <= GREATEST(source, target)), false)
FROM modifiers
