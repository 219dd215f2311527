INSERT INTO straddle.backfills (migration, step, file_node, blocks, next_block)
VALUES ($1, $2, $3, $4, 0)
ON CONFLICT (migration, step)
DO UPDATE SET file_node = excluded.file_node, blocks = excluded.blocks, next_block = 0
