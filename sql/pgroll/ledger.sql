-- What pgroll's ledger has of the base schema $1, oldest first: each migration stands behind its parent. A
-- baseline begins anew. Earlier formats have fewer columns, and times without a zone.
WITH RECURSIVE chain AS (
  SELECT 1 AS number, m.name, m.migration, m.done,
    COALESCE(pg_catalog.to_jsonb(m) ->> 'migration_type', 'pgroll') AS kind,
    m.created_at::timestamptz AS created_at, m.updated_at::timestamptz AS updated_at
  FROM {pgroll}.migrations m
  WHERE m.schema = $1::text AND m.parent IS NULL
  UNION ALL
  SELECT c.number + 1, m.name, m.migration, m.done,
    COALESCE(pg_catalog.to_jsonb(m) ->> 'migration_type', 'pgroll'),
    m.created_at::timestamptz, m.updated_at::timestamptz
  FROM chain c
  JOIN {pgroll}.migrations m ON m.schema = $1::text AND m.parent = c.name
), told AS (
  -- Postgres cuts a name that is too long, and pgroll lets it.
  SELECT *, ($1::text || '_' || COALESCE(migration ->> 'version_schema', name))::name::text AS version_schema
  FROM chain
)
SELECT name, kind, done, version_schema,
  CASE WHEN pg_catalog.jsonb_typeof(migration -> 'operations') = 'array' THEN migration - 'name'
    ELSE migration - 'name' || '{{"operations": []}}' END AS content,
  EXISTS (
    SELECT FROM pg_catalog.pg_namespace WHERE nspname = version_schema) AS is_open,
  created_at::text AS started_at,
  -- In the order of the history, whatever the clocks said.
  LEAST(pg_catalog.max(updated_at) OVER (ORDER BY number), pg_catalog.now())::text AS ended_at
FROM told
WHERE number >= COALESCE((SELECT pg_catalog.max(number) FROM chain WHERE kind = 'baseline'), 1)
ORDER BY number
