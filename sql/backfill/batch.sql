AS {row} SET {columns}
WHERE {row}.ctid >= $1::text::tid AND {row}.ctid < $2::text::tid
  AND ({unfilled})
