AS {row} SET {columns}
WHERE {row}.ctid >= $1::text::tid AND {row}.ctid < $2::text::tid
  -- All rows, or every other one, whichever those are.
  AND ($3::boolean OR pg_catalog.hashtid({row}.ctid) & 1 = 0)
  AND ({unfilled})
