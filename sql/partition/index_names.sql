
DECLARE
  part record;
  called text;
  number int;
BEGIN
  FOR part IN
    SELECT tree.relid::pg_catalog.regclass AS index, c.relnamespace, COALESCE(known.name,
      pg_catalog.regexp_replace(c.relname, '_straddle(_(n(e(w_?)?)?)?)?', '', 'g')) AS name
    FROM pg_catalog.pg_partition_tree({index}::pg_catalog.regclass) AS tree
    JOIN pg_catalog.pg_class c ON c.oid = tree.relid
    JOIN pg_catalog.pg_index i ON i.indexrelid = tree.relid
    LEFT JOIN ROWS FROM (
      unnest(ARRAY[{partitions}]::pg_catalog.text[]), unnest(ARRAY[{names}]::pg_catalog.text[])) AS known (partition, name)
      ON pg_catalog.to_regclass(known.partition) = i.indrelid
    WHERE tree.level > 0 AND pg_catalog.strpos(c.relname, '_straddle_') > 0
  LOOP
    called := part.name;
    number := 0;
    WHILE EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = part.relnamespace AND relname = called) LOOP
      number := number + 1;
      called := pg_catalog.concat(pg_catalog.left(part.name, 40), number);
    END LOOP;
    EXECUTE pg_catalog.format('ALTER INDEX %s RENAME TO %I', part.index, called);
  END LOOP;
END
