AS {row}
WHERE {row}.ctid = $1::text::tid
