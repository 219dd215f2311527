AS {row} SET {columns}
WHERE {row}.ctid >= $1::text::tid AND {row}.ctid < $2::text::tid
  -- All rows, or one of four shares, whichever rows those are.
  AND ($3::integer < 0 OR pg_catalog.hashtid({row}.ctid) & 3 = $3)
  AND ({unfilled})
