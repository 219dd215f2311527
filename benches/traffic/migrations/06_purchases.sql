-- Only the new version says `sent`.
SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.invoice AS o FULL JOIN new.purchase AS n USING (id)
WHERE (n.total = o.total AND n.purchased_at = o.invoice_date
       AND n.status IN (CASE WHEN o.total > 0 THEN 'paid' ELSE 'open' END, 'sent')) IS NOT TRUE
