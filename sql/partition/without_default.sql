DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT a.attrelid::pg_catalog.regclass AS partition
    FROM pg_catalog.pg_partition_tree({table}::pg_catalog.regclass) AS tree
    JOIN pg_catalog.pg_attribute a ON a.attrelid = tree.relid AND a.attname = {old} AND NOT a.attisdropped
    WHERE tree.level > 0 AND NOT a.atthasdef
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', part.partition, {new});
  END LOOP;
END
