-- Only the new version says `Dr.`.
SELECT format('%s: %s and %s', id, to_jsonb(o), to_jsonb(n))
FROM old.customer AS o FULL JOIN new.customer AS n USING (id)
WHERE (n.full_name IN (o.first_name || ' ' || o.last_name,
                       'Dr. ' || o.first_name || ' ' || o.last_name)
       AND n.first_name = o.first_name AND n.last_name = o.last_name) IS NOT TRUE
