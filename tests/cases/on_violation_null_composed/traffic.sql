old: INSERT INTO odd_table VALUES (10, '200', 10, '[]'), (11, '70', 10, '1')
new: SELECT * FROM goods WHERE id >= 10 ORDER BY id
new: UPDATE goods SET "Most" = 30 WHERE id = 10 RETURNING *
old: UPDATE odd_table SET kind = '{"b": 2}' WHERE id >= 10
old: UPDATE odd_table SET "Max" = 6 WHERE id = 11
new: SELECT * FROM goods WHERE id >= 10 ORDER BY id
old: UPDATE odd_table SET "Max" = NULL WHERE id = 11
new: SELECT * FROM goods WHERE id >= 10 ORDER BY id
