SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.track AS o FULL JOIN new.track AS n USING (id)
WHERE (n.unit_price = o.unit_price * 100 AND n.name = o.name) IS NOT TRUE
UNION ALL
SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.invoice_line AS o FULL JOIN new.invoice_line AS n USING (id)
WHERE (n.unit_price = o.unit_price * 100 AND n.quantity = o.quantity) IS NOT TRUE
