
DECLARE
  part record;
  attribute record;
BEGIN
  FOR part IN
    SELECT leaf.relid AS partition, own.index, own.called,
      -- Of a partition that came later, the index keeps the name that it was given.
      COALESCE(known.name, own.called) AS name
    FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass) AS leaf
    LEFT JOIN ROWS FROM (
      unnest(ARRAY[{partitions}]::pg_catalog.text[]), unnest(ARRAY[{names}]::pg_catalog.text[])) AS known (partition, name)
      ON pg_catalog.to_regclass(known.partition) = leaf.relid
    -- For the others, which are empty, Postgres makes one.
    CROSS JOIN LATERAL (
      SELECT x.oid::pg_catalog.regclass AS index, x.relname AS called
      {fit}      -- The last is the one that was made for this.
      ORDER BY x.oid DESC LIMIT 1) AS own
    WHERE leaf.isleaf AND leaf.relid <> {table}::pg_catalog.regclass
  LOOP
    FOR attribute IN
      SELECT a.attname AS old, b.attname AS new
      FROM pg_catalog.pg_index i
      CROSS JOIN unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key (number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = key.place
      JOIN pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = key.number
      WHERE i.indexrelid = part.index AND a.attname <> b.attname
    LOOP
      EXECUTE pg_catalog.format('ALTER TABLE %s RENAME COLUMN %I TO %I', part.index, attribute.old, attribute.new);
    END LOOP;
    EXECUTE pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I%s',
      part.partition::pg_catalog.regclass, part.name, part.called, {deferral});
  END LOOP;
END
