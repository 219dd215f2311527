both: INSERT INTO parts (id) VALUES ({n}) ON CONFLICT (id) DO UPDATE SET stock = parts.stock + 1
both: INSERT INTO parts (id) VALUES ({n}) ON CONFLICT DO NOTHING
both: DELETE FROM parts WHERE id = {n}
both: BEGIN; INSERT INTO parts (id) VALUES ({n}) ON CONFLICT (id) DO UPDATE SET stock = 0; INSERT INTO parts (id) VALUES ({m}) ON CONFLICT (id) DO NOTHING; COMMIT
