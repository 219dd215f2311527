both: INSERT INTO users VALUES ({n}, gen_random_uuid()) ON CONFLICT (id) DO UPDATE SET email = excluded.email
both: INSERT INTO users VALUES ({n}, gen_random_uuid()) ON CONFLICT (id) DO UPDATE SET email = 'user{n}-{m}'
both: UPDATE users SET email = 'user{n}-{m}' WHERE id = {n}
both: BEGIN; UPDATE users SET visits = visits + 1 WHERE id = {n}; UPDATE users SET email = 'user{n}-{m}' WHERE id = {n}; COMMIT
both: DELETE FROM users WHERE id = {n}
