both: INSERT INTO parts (size) VALUES ({n}) ON CONFLICT (size) DO UPDATE SET stock = parts.stock + 1
both: INSERT INTO parts (size) VALUES ({n}.0) ON CONFLICT (size) DO UPDATE SET stock = parts.stock + 1
both: INSERT INTO parts (size) VALUES ({n}.00) ON CONFLICT (size) DO NOTHING
both: INSERT INTO parts (size) VALUES ({n}.000) ON CONFLICT (size) DO UPDATE SET size = excluded.size
both: DELETE FROM parts WHERE size = {n}
both: BEGIN; INSERT INTO parts (size) VALUES ({n}.0) ON CONFLICT (size) DO NOTHING; INSERT INTO parts (size) VALUES ({m}.000) ON CONFLICT (size) DO UPDATE SET stock = 0; COMMIT
