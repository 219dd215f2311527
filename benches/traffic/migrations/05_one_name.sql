-- Everybody whom the new version names has `Five` for a first name.
SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.customer AS o FULL JOIN new.customer AS n USING (id)
WHERE (n.full_name = o.full_name AND CASE
  WHEN n.full_name LIKE 'Five %' THEN
    o.first_name = 'Five' AND o.last_name = split_part(n.full_name, ' ', 2)
  ELSE n.full_name IN (o.first_name || ' ' || o.last_name,
                       'Dr. ' || o.first_name || ' ' || o.last_name)
  END) IS NOT TRUE
