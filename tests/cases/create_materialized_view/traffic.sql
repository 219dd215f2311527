new: SELECT * FROM ages ORDER BY 1
new: SELECT * FROM rare_ages ORDER BY 1
old: INSERT INTO users (name, age) VALUES ('Dan', 41)
new: SELECT age, people FROM ages ORDER BY 1
new: REFRESH MATERIALIZED VIEW CONCURRENTLY ages
new: SELECT age, people FROM ages ORDER BY 1
new: SELECT * FROM rare_ages ORDER BY 1
new: SELECT pg_get_indexdef(indexrelid) LIKE '%(age)' AS on_age, indisunique FROM pg_index WHERE indrelid = 'ages'::regclass ORDER BY 2
new: SELECT obj_description('ages'::regclass)
