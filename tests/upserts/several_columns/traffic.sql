both: INSERT INTO users (tenant, email) VALUES ({n} % 2, 'user{n}@example') ON CONFLICT (tenant, email) DO UPDATE SET visits = users.visits + 1
both: INSERT INTO users (tenant, email) VALUES ({n} % 2, 'user{n}@example') ON CONFLICT DO NOTHING
both: DELETE FROM users WHERE (tenant, email) = ({n} % 2, 'user{n}@example')
both: BEGIN; INSERT INTO users (tenant, email) VALUES ({n} % 2, 'user{n}@example') ON CONFLICT (tenant, email) DO UPDATE SET visits = 0; INSERT INTO users (tenant, email) VALUES ({m} % 2, 'user{m}@example') ON CONFLICT (tenant, email) DO NOTHING; COMMIT
