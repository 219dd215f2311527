
DECLARE
  part record;
  called text;
  number int;
BEGIN
  FOR part IN
    WITH RECURSIVE tree AS (
      SELECT k.oid, k.conrelid, k.confrelid, k.conname, k.confrelid AS referenced
      FROM pg_catalog.pg_constraint k
      WHERE k.conrelid = {table}::pg_catalog.regclass AND k.conname = {name}
      UNION ALL
      SELECT k.oid, k.conrelid, k.confrelid, k.conname, tree.referenced
      FROM tree JOIN pg_catalog.pg_constraint k ON k.conparentid = tree.oid)
    SELECT tree.conrelid, tree.conname, CASE
        WHEN tree.confrelid = tree.referenced THEN {name}
        -- From Postgres 18 on, those to partitions are called after that to their table.
        WHEN pg_catalog.starts_with(tree.conname::pg_catalog.text, {built})
        THEN pg_catalog.concat({name}, pg_catalog.substr(tree.conname::pg_catalog.text, pg_catalog.length({built}) + 1))
        ELSE pg_catalog.regexp_replace(tree.conname, '_straddle(_(n(e(w_?)?)?)?)?', '', 'g') END AS name
    FROM tree
    WHERE pg_catalog.strpos(tree.conname, '_straddle_') > 0
    ORDER BY tree.oid
  LOOP
    called := part.name;
    number := 0;
    WHILE EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = part.conrelid AND conname = called) LOOP
      number := number + 1;
      called := pg_catalog.concat(pg_catalog.left(part.name, 40), number);
    END LOOP;
    EXECUTE pg_catalog.format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I',
      part.conrelid::pg_catalog.regclass, part.conname, called);
  END LOOP;
END
