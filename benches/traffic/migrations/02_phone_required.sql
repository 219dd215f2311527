SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.customer AS o FULL JOIN new.customer AS n USING (id)
WHERE (n.phone = coalesce(o.phone, 'unknown') AND n.email = o.email) IS NOT TRUE
