new: SELECT relname, relkind, pg_get_userbyid(relowner) = current_user AS ours, relacl[2:], obj_description(oid) FROM pg_class WHERE relname IN ('names', 'totals') AND relnamespace = 'public_next'::regnamespace ORDER BY 1
old: SELECT relname, relkind, pg_get_userbyid(relowner) = current_user AS ours, relacl[2:], obj_description(oid) FROM pg_class WHERE relname IN ('names', 'totals') AND relnamespace = 'public_base'::regnamespace ORDER BY 1
new: SELECT attname, attacl, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'names'::regclass AND attnum > 0 ORDER BY 1
new: UPDATE names SET who = 'Anna' WHERE id = 1
old: SELECT * FROM names ORDER BY id
new: SELECT * FROM totals ORDER BY 1
