SELECT pg_catalog.format(
  'the index %I of the partition %s is gone, which is to become its %I: `%s`, or roll back, and start again',
  known.built, part.relid, known.name, known.make)
FROM (VALUES {known}) AS known (partition, built, name, make)
JOIN pg_catalog.pg_partition_tree({table}::pg_catalog.regclass) AS part
  ON part.relid = pg_catalog.to_regclass(known.partition)
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = part.relid AND x.relname = known.built AND i.indisvalid)
ORDER BY 1
