FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = leaf.relid AND i.indisunique AND i.indisvalid AND i.indimmediate AND NOT x.relispartition
        AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = {keys}
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.oid AND k.conrelid = leaf.relid)
        AND ARRAY[{columns}]::pg_catalog.text[] = (
          SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY key.place)
          FROM unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS key (number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = leaf.relid AND a.attnum = key.number)
